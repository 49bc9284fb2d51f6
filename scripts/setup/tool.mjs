import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Runs a development tool from node_modules of `folder` with this very Node.js: no PATH, no shell, the
 * same on every system. `command` is the tool and its arguments; a tool is the name of a package, or
 * `{ name, bin }` when its command is called otherwise.
 */
export function runTool(folder, [tool, ...args], options = {}) {
  return spawnSync(process.execPath, [toolFile(folder, tool), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  })
}

/** The script behind a tool's command. @throws {Error} when it is not installed. */
function toolFile(folder, tool) {
  const { name, bin } = typeof tool === 'string' ? { name: tool, bin: tool } : tool
  const home = join(folder, 'node_modules', name)
  if (!existsSync(home)) throw new Error(`${name} is not installed in ${folder}`)
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[bin]
  if (file === undefined) throw new Error(`${name} has no command ${bin}`)
  return join(home, file)
}

/**
 * Whether turbo's binary for this system is installed. The lockfile may have been made where the
 * registry lacks it. Asked by name, since turbo's own command would go and try to install it.
 */
export function hasTurbo(root) {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const cpu = process.arch === 'x64' ? '64' : process.arch
  return canResolve(join(root, 'node_modules', 'turbo'), `@turbo/${system}-${cpu}/package.json`)
}

/** Whether biome's binary for this system is installed and starts. */
export function hasBiome(root) {
  return runTool(root, [BIOME, '--version']).status === 0
}

export const BIOME = Object.freeze({ name: '@biomejs/biome', bin: 'biome' })
export const TSC = Object.freeze({ name: 'typescript', bin: 'tsc' })

function canResolve(folder, request) {
  try {
    // pnpm links packages: what one depends on lies beside its real folder.
    createRequire(join(realpathSync(folder), 'package.json')).resolve(request)
    return true
  } catch {
    return false
  }
}
