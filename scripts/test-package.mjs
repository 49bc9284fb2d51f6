// A package's `test`: runs the compiled tests of the package it is started in. Words behind it pick the
// files that contain one of them: `pnpm test limit queue`.
import { existsSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { countLine } from './workspace/count-line.mjs'
import { runTestFiles } from './workspace/run-test-files.mjs'
import { dropReport, writeReport } from './workspace/test-report.mjs'

const folder = process.cwd()
const words = process.argv.slice(2)
dropReport(folder)
const count = await runTestFiles(folder, testFiles())
writeReport(folder, count)
console.log(countLine(count))
process.exitCode = count.failed === 0 ? 0 : 1

function testFiles() {
  const top = join(folder, 'dist', 'test')
  if (!existsSync(top)) return []
  return readdirSync(top, { recursive: true })
    .filter((path) => path.endsWith('.test.js') && !path.split(sep).includes('fixtures'))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .map((path) => join('dist', 'test', path))
    .sort()
}
