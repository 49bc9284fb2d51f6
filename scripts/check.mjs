// `npm run check`: everything that is judged without running the tests.
import { checkNodeVersion } from './setup/check-node-version.mjs'
import { ensureInstalled } from './setup/ensure-installed.mjs'
import { countLine } from './workspace/count-line.mjs'
import { WORKSPACE_ROOT } from './workspace/workspace-root.mjs'

checkNodeVersion()
ensureInstalled(WORKSPACE_ROOT)
const { runChecks } = await import('./check/run-checks.mjs')
const count = runChecks(WORKSPACE_ROOT)
console.log(countLine(count))
process.exitCode = count.failed === 0 ? 0 : 1
