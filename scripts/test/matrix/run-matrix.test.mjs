import t from 'tap'
import { filesOf, nodeVersionOf, runMatrixCell } from '../../matrix/run-matrix.mjs'
import { WORKSPACE_ROOT } from '../../workspace/workspace-root.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

/** What the matrix sees in a package with this one test file. */
function check(t, source) {
  const path = plantWorkspace(t, { 'dist/test/one.test.js': source })
  const pack = { folder: 'packages/one', path }
  const { output, ...cell } = runMatrixCell(WORKSPACE_ROOT, pack, process.execPath)
  return cell
}

// Each runs a process or four, on a machine that may be busy.
t.setTimeout(240_000)

const TWO = "import t from 'tap'\nt.ok(true)\nt.ok(true)\n"

t.test('counts what passed', async (t) => {
  t.strictSame(check(t, TWO), {
    folder: 'packages/one',
    passed: 2,
    failed: 0,
    skipped: 0,
    failedFiles: [],
    retriedFiles: [],
  })
})

t.test('a test that fails twice, or a process that does, is a failure and is named', async (t) => {
  const failedFiles = ['dist/test/one.test.js']
  t.match(check(t, `${TWO}t.ok(false)`), {
    passed: 2,
    failed: 1,
    failedFiles,
    retriedFiles: [],
  })
  t.match(check(t, `${TWO}process.on('exit', () => process.exit(3))`), { failed: 1, failedFiles })
})

t.test('one that passes when it is run again has passed, and is counted once', async (t) => {
  const once = `import { existsSync, writeFileSync } from 'node:fs'
const isSecond = existsSync('ran')
writeFileSync('ran', '')
t.ok(isSecond)`
  t.match(check(t, `${TWO}${once}`), {
    passed: 3,
    failed: 0,
    failedFiles: [],
    retriedFiles: ['dist/test/one.test.js'],
  })
})

t.test('finds the files among what a run printed', async (t) => {
  const files = filesOf(
    'ok dist/test/a.test.js (3 passed, 5 ms)\nnot ok dist/test/b/c.test.js (1 passed, 1 ms)\n    not ok 1 - inner\n',
  )
  t.strictSame([...files.keys()], ['dist/test/a.test.js', 'dist/test/b/c.test.js'])
  t.strictSame(files.get('dist/test/b/c.test.js'), { ok: false, passed: 1 })
})

t.test('asks an executable itself which version it is', async (t) => {
  t.equal(nodeVersionOf(process.execPath), process.version)
})
