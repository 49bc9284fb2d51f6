import { existsSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pnpm } from '../setup/pnpm.mjs'
import { hasTurbo, runTool } from '../setup/tool.mjs'
import { countTap } from './count-tap.mjs'
import { workspacePackages } from './workspace-packages.mjs'

/**
 * Runs the tests of the workspace's own scripts and of every package, then adds up the TAP that each
 * one left. A package whose report is missing or at odds with itself has failed, and so has a run
 * whose status says so although every report looks good.
 */
export function runTests(root) {
  const tested = workspacePackages(root).filter(
    ({ manifest }) => manifest.scripts?.test !== undefined,
  )
  const suites = [{ folder: 'scripts', path: root }, ...tested]
  for (const { path } of suites) rmSync(reportFile(path), { force: true })

  const ownOk = runTap(root)
  const packagesOk = hasTurbo(root) ? runWithTurbo(root) : runOneByOne(tested)

  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const { folder, path } of suites) {
    const { problem, ...own } = readReport(path)
    if (problem !== undefined) console.log(`${folder}: ${problem}`)
    console.log(`${folder}: ${own.passed} passed, ${own.failed} failed, ${own.skipped} skipped`)
    for (const name of Object.keys(count)) count[name] += own[name]
  }
  if (!(ownOk && packagesOk) && count.failed === 0) {
    console.log('the test run failed, although no report says so')
    count.failed += 1
  }
  return count
}

function runWithTurbo(root) {
  const args = ['exec', 'turbo', 'run', 'test', '--continue=always', '--ui=stream']
  args.push('--output-logs=new-only', `--concurrency=${availableParallelism()}`)
  // turbo does not hash the Node version: without this a run on another one would hit the cache.
  const env = { ...process.env, NODE_RUNTIME: process.version, TURBO_TELEMETRY_DISABLED: '1' }
  return pnpm(root, args, { env }).status === 0
}

function runOneByOne(tested) {
  console.log(
    'turbo has no binary for this system: packages are tested one by one, without its cache',
  )
  // No short circuit: a failure must not hide what the packages after it would have said.
  return tested.map(({ path }) => runTap(path)).every(Boolean)
}

function runTap(folder) {
  return runTool(folder, ['tap'], { stdio: 'inherit' }).status === 0
}

function readReport(path) {
  const file = reportFile(path)
  if (existsSync(file)) return countTap(readFileSync(file, 'utf8'))
  return { passed: 0, failed: 1, skipped: 0, problem: 'no report was written' }
}

function reportFile(path) {
  return join(path, '.tap', 'results.tap')
}
