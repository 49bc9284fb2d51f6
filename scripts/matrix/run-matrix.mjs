import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { dropReport, readReport } from '../workspace/test-report.mjs'

// A hanging file is ended long before; this ends what hangs for another reason.
const PACKAGE_TIMEOUT_MS = 1_200_000

/** The tests of one package on one Node.js: its counts, the files that failed, and the exact version. */
export function runMatrixCell(root, { folder, path }, executable) {
  dropReport(path)
  const { stdout, status } = spawnSync(executable, [join(root, 'scripts', 'test-package.mjs')], {
    cwd: path,
    encoding: 'utf8',
    timeout: PACKAGE_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
    // What a test starts by name is to be the same Node.js.
    env: { ...process.env, PATH: `${dirname(executable)}${delimiter}${process.env.PATH}` },
  })
  const count = readReport(path)
  const failedFiles = failedFilesOf(stdout ?? '')
  // A run that broke off has failed, whatever an earlier report says.
  const failed = status === 0 ? count.failed : Math.max(count.failed, 1)
  return { folder, ...count, failed, failedFiles, output: stdout ?? '' }
}

/** The test files that failed, from what the run of a package printed: `not ok dist/test/x.test.js (…)`. */
export function failedFilesOf(output) {
  return [...output.matchAll(/^not ok (dist\S+\.test\.js) \(/gm)].map(([, file]) => file)
}

/** Exactly which version an executable is. */
export function nodeVersionOf(executable) {
  return spawnSync(executable, ['--version'], { encoding: 'utf8' }).stdout.trim()
}
