import t from 'tap'
import { failedFilesOf, nodeVersionOf, runMatrixCell } from '../../matrix/run-matrix.mjs'
import { WORKSPACE_ROOT } from '../../workspace/workspace-root.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

/** What the matrix sees in a package with this one test file. */
function check(t, source) {
  const path = plantWorkspace(t, { 'dist/test/one.test.js': source })
  const pack = { folder: 'packages/one', path }
  const { output, ...cell } = runMatrixCell(WORKSPACE_ROOT, pack, process.execPath)
  return cell
}

const TWO = "import t from 'tap'\nt.ok(true)\nt.ok(true)\n"

t.test('counts what passed', async (t) => {
  const expected = { folder: 'packages/one', passed: 2, failed: 0, skipped: 0, failedFiles: [] }
  t.strictSame(check(t, TWO), expected)
})

t.test('a test that fails, or a process that does, is a failure and is named', async (t) => {
  const failedFiles = ['dist/test/one.test.js']
  t.match(check(t, `${TWO}t.ok(false)`), { passed: 2, failed: 1, failedFiles })
  t.match(check(t, `${TWO}process.on('exit', () => process.exit(3))`), { failed: 1, failedFiles })
})

t.test('finds the failed among the files of a run', async (t) => {
  const output =
    'ok dist/test/a.test.js (3 passed, 5 ms)\nnot ok dist/test/b/c.test.js (0 passed, 1 ms)\n'
  t.strictSame(failedFilesOf(`${output}    not ok 1 - inner\n`), ['dist/test/b/c.test.js'])
})

t.test('asks an executable itself which version it is', async (t) => {
  t.equal(nodeVersionOf(process.execPath), process.version)
})
