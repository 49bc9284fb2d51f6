import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { dropReport, readReport } from '../workspace/test-report.mjs'

// A hanging file is ended long before; this ends what hangs for another reason.
const PACKAGE_TIMEOUT_MS = 1_200_000

/**
 * The tests of one package on one Node.js. Files that fail are run once more: a machine that stood still
 * for seconds is no fault of a version, and what fails twice is told of. `retriedFiles` are those that passed then.
 */
export function runMatrixCell(root, { folder, path }, executable) {
  dropReport(path)
  const first = runPackage(path, { root, executable })
  const { skipped } = readReport(path)
  const again =
    first.failedFiles.length === 0 ? undefined : runAgain(root, path, { executable, first })
  const files = new Map([...first.files, ...(again?.files ?? [])])
  const passed = [...files.values()].reduce((sum, file) => sum + file.passed, 0)
  const { failedFiles, status, output } = again ?? first
  // A run that broke off has failed, whatever its files say.
  const failed = status === 0 ? 0 : Math.max(readReport(path).failed, 1)
  const retriedFiles = first.failedFiles.filter((file) => again?.files.get(file)?.ok === true)
  return { folder, passed, failed, skipped, failedFiles, retriedFiles, output }
}

function runAgain(root, path, { executable, first }) {
  const words = first.failedFiles.map((file) => file.slice('dist/test/'.length))
  const again = runPackage(path, { root, executable, words })
  // The words may pick files that had passed: they count as they did.
  const files = [...again.files].filter(([file]) => first.failedFiles.includes(file))
  return { ...again, files: new Map(files) }
}

function runPackage(path, { root, executable, words = [] }) {
  const script = join(root, 'scripts', 'test-package.mjs')
  const { stdout, status } = spawnSync(executable, [script, ...words], {
    cwd: path,
    encoding: 'utf8',
    timeout: PACKAGE_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
    // What a test starts by name is to be the same Node.js.
    env: { ...process.env, PATH: `${dirname(executable)}${delimiter}${process.env.PATH}` },
  })
  const files = filesOf(stdout ?? '')
  const failedFiles = [...files].filter(([, { ok }]) => !ok).map(([file]) => file)
  return { files, failedFiles, status, output: stdout ?? '' }
}

/** What became of each test file, from what the run of a package printed: `ok dist/test/x.test.js (3 passed, …)`. */
export function filesOf(output) {
  const lines = output.matchAll(/^(not )?ok (dist\S+\.test\.js) \((\d+) passed, /gm)
  return new Map(
    [...lines].map(([, not, file, passed]) => [
      file,
      { ok: not === undefined, passed: Number(passed) },
    ]),
  )
}

/** Exactly which version an executable is. */
export function nodeVersionOf(executable) {
  return spawnSync(executable, ['--version'], { encoding: 'utf8' }).stdout.trim()
}
