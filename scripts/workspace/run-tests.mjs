import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pnpm } from '../setup/pnpm.mjs'
import { hasTurbo } from '../setup/tool.mjs'
import { countLine } from './count-line.mjs'
import { runTestFiles } from './run-test-files.mjs'
import { sourceFiles } from './source-files.mjs'
import { dropReport, readReport } from './test-report.mjs'
import { workspacePackages } from './workspace-packages.mjs'

/**
 * Runs the tests of the workspace's own scripts and of every package, then adds up what each one left.
 * A package without a report has failed, and so has a run whose status says so although every report
 * looks good.
 */
export async function runTests(root) {
  const tested = workspacePackages(root).filter(({ manifest }) => manifest.scripts?.test)
  for (const { path } of tested) dropReport(path)

  const files = sourceFiles(root, 'scripts/test', (name) => name.endsWith('.test.mjs'))
  const scripts = await runTestFiles(root, files)
  const succeeded = hasTurbo(root) ? runWithTurbo(root) : runOneByOne(root, tested)

  const reports = tested.map(({ folder, path }) => ({ folder, ...readReport(path) }))
  for (const report of [{ folder: 'scripts', ...scripts }, ...reports]) {
    console.log(`${report.folder}: ${countLine(report)}`)
  }
  const count = sum([scripts, ...reports])
  if (!succeeded && sum(reports).failed === 0) {
    console.log('the run of the packages failed, although no report says so')
    count.failed += 1
  }
  return count
}

function runWithTurbo(root) {
  // One package at a time: each uses every core by itself, and some measure what they do.
  const args = ['exec', 'turbo', 'run', 'test', '--continue=always', '--concurrency=1']
  args.push('--ui=stream', '--output-logs=new-only')
  // turbo does not hash the Node version: without this a run on another one would hit the cache.
  const env = { ...process.env, NODE_RUNTIME: process.version, TURBO_TELEMETRY_DISABLED: '1' }
  return pnpm(root, args, { env }).status === 0
}

function runOneByOne(root, tested) {
  console.log('turbo has no binary for this system: every package is tested, without its cache')
  const script = join(root, 'scripts', 'test-package.mjs')
  // All are run before any is judged: a failure must not hide what the packages after it would say.
  const results = tested.map(({ path }) =>
    spawnSync(process.execPath, [script], { cwd: path, stdio: 'inherit' }),
  )
  return results.every(({ status }) => status === 0)
}

function sum(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const count of counts) {
    for (const name of Object.keys(total)) total[name] += count[name]
  }
  return total
}
