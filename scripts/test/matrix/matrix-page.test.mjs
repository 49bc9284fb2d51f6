import t from 'tap'
import { matrixPage } from '../../matrix/matrix-page.mjs'

const CONDITIONS = { command: 'x', date: '2026-01-01 00:00', commit: 'abc', machine: 'm' }

function cell(folder, figures = {}) {
  return { folder, passed: 5, failed: 0, skipped: 0, failedFiles: [], ...figures }
}

t.test('has a column for each version and a row for each package', async (t) => {
  const page = matrixPage(CONDITIONS, [
    { version: 'v20.19.6', cells: [cell('packages/core'), cell('packages/node')] },
    { version: 'v26.1.0', cells: [cell('packages/core'), cell('packages/node', { skipped: 2 })] },
  ])
  t.match(page, '| package | v20.19.6 | v26.1.0 |')
  t.match(page, '| packages/node | 5 | 5, 2 skipped |')
  t.notMatch(page, 'What failed')
})

t.test('names what failed, and where', async (t) => {
  const bad = cell('packages/node', { failed: 1, failedFiles: ['dist/test/x.test.js'] })
  const broken = cell('packages/koa', { passed: 0, failed: 1 })
  const page = matrixPage(CONDITIONS, [{ version: 'v22.1.0', cells: [bad, broken] }])
  t.match(page, '| packages/node | 5, **1 failed** |')
  t.match(page, '- v22.1.0, packages/node: dist/test/x.test.js')
  t.match(page, '- v22.1.0, packages/koa: the run broke off')
})
