import t from 'tap'
import { matrixPage } from '../../matrix/matrix-page.mjs'

const CONDITIONS = { command: 'x', machine: 'm' }

function cell(version, folder, figures = {}) {
  const known = { passed: 5, failed: 0, skipped: 0, failedFiles: [], retriedFiles: [] }
  return { version, folder, ...known, date: '2026-01-01 00:00', commit: 'abc', ...figures }
}

t.test('has a column for each version and a row for each package', async (t) => {
  const page = matrixPage(CONDITIONS, [
    cell('v26.1.0', 'packages/node', { skipped: 2, commit: 'def', date: '2026-01-01 00:09' }),
    cell('v20.19.6', 'packages/core'),
    cell('v20.19.6', 'packages/node', { retriedFiles: ['dist/test/y.test.js'] }),
  ])
  t.match(page, '| package | v20.19.6 | v26.1.0 |')
  t.match(page, '| packages/core | 5 | – |')
  t.match(page, '| packages/node | 5 (files run twice: 1) | 5, 2 skipped |')
  t.match(page, '2026-01-01 00:00 to 2026-01-01 00:09 UTC, commit def, abc')
  t.notMatch(page, 'What failed')
  t.match(
    page,
    '## What passed when it was run again\n\n- v20.19.6, packages/node: dist/test/y.test.js\n',
  )
})

t.test('names what failed, and where', async (t) => {
  const failedFiles = ['dist/test/x.test.js']
  const page = matrixPage(CONDITIONS, [
    cell('v22.1.0', 'packages/node', {
      failed: 1,
      failedFiles,
      retriedFiles: ['dist/test/z.test.js'],
    }),
    cell('v22.1.0', 'packages/koa', { passed: 0, failed: 1 }),
  ])
  t.match(page, '| packages/node | 5, **1 failed** |')
  t.match(page, '- v22.1.0, packages/node: dist/test/x.test.js')
  t.match(page, '- v22.1.0, packages/koa: the run broke off')
  t.match(page, 'run again\n\n- v22.1.0, packages/node: dist/test/z.test.js\n')
})
