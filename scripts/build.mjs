// `npm run build`: installs when needed, then compiles every package.
import { checkNodeVersion } from './setup/check-node-version.mjs'
import { ensureInstalled } from './setup/ensure-installed.mjs'
import { buildWorkspace } from './workspace/build-workspace.mjs'
import { WORKSPACE_ROOT } from './workspace/workspace-root.mjs'

checkNodeVersion()
ensureInstalled(WORKSPACE_ROOT)
const { ok, output } = buildWorkspace(WORKSPACE_ROOT)
if (!ok) console.error(output)
process.exitCode = ok ? 0 : 1
