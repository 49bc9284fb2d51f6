import { existsSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pnpm } from '../setup/pnpm.mjs'
import { hasTurbo, runTool } from '../setup/tool.mjs'
import { countTap } from './count-tap.mjs'
import { runScriptTests } from './run-script-tests.mjs'
import { workspacePackages } from './workspace-packages.mjs'

/**
 * Runs the tests of the workspace's own scripts and of every package, then adds up the TAP that each
 * one left. A package whose report is missing or at odds with itself has failed, and so has a run
 * whose status says so although every report looks good.
 */
export async function runTests(root) {
  const tested = workspacePackages(root).filter(({ manifest }) => manifest.scripts?.test)
  for (const { path } of tested) rmSync(reportFile(path), { force: true })

  const scripts = await runScriptTests(root)
  const succeeded = hasTurbo(root) ? runWithTurbo(root) : runOneByOne(tested)

  console.log(`scripts: ${describe(scripts)}`)
  const count = { ...scripts }
  let failedInPackages = 0
  for (const { folder, path } of tested) {
    const { problem, ...own } = readReport(path)
    console.log(`${folder}: ${describe(own)}${problem === undefined ? '' : ` (${problem})`}`)
    for (const name of Object.keys(count)) count[name] += own[name]
    failedInPackages += own.failed
  }
  if (!succeeded && failedInPackages === 0) {
    console.log('the run of the packages failed, although no report says so')
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
  console.log('turbo has no binary for this system: packages are tested one by one, uncached')
  // All are run before any is judged: a failure must not hide what the packages after it would say.
  const results = tested.map(({ path }) => runTool(path, ['tap'], { stdio: 'inherit' }))
  return results.every(({ status }) => status === 0)
}

function readReport(path) {
  const file = reportFile(path)
  if (existsSync(file)) return countTap(readFileSync(file, 'utf8'))
  return { passed: 0, failed: 1, skipped: 0, problem: 'no report was written' }
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function reportFile(path) {
  return join(path, '.tap', 'results.tap')
}
