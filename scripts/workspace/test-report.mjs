import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Forgets what an earlier run of a package's tests has left. */
export function dropReport(folder) {
  rmSync(reportFile(folder), { force: true })
}

/** Leaves the counts of a package's tests where the run of the whole workspace, and its cache, find them. */
export function writeReport(folder, count) {
  mkdirSync(dirname(reportFile(folder)), { recursive: true })
  writeFileSync(reportFile(folder), JSON.stringify(count))
}

/** The counts that a package's tests have left. Without any, one failure: tests that did not run to their end. */
export function readReport(folder) {
  if (existsSync(reportFile(folder))) return JSON.parse(readFileSync(reportFile(folder), 'utf8'))
  return { passed: 0, failed: 1, skipped: 0 }
}

function reportFile(folder) {
  return join(folder, '.tap', 'report.json')
}
