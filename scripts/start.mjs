// `npm start`: installs and builds when needed, then runs the demo; arguments go to it
// (`npm start -- serve`). Only node:* until the installation has been made.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { checkNodeVersion } from './setup/check-node-version.mjs'
import { ensureInstalled } from './setup/ensure-installed.mjs'
import { buildWorkspace } from './workspace/build-workspace.mjs'
import { WORKSPACE_ROOT } from './workspace/workspace-root.mjs'

checkNodeVersion()
ensureInstalled(WORKSPACE_ROOT)
const { ok, output } = buildWorkspace(WORKSPACE_ROOT)
if (ok) runDemo(process.argv.slice(2))
else {
  console.error(output)
  process.exitCode = 1
}

function runDemo(args) {
  const demo = join(WORKSPACE_ROOT, 'apps/demo')
  const child = spawn(process.execPath, [join(demo, 'dist/src/main.js'), ...args], {
    cwd: demo,
    stdio: 'inherit',
  })
  // npm passes a signal to this process alone; the demo must hear it to drain and stop.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}
