import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// npm's and pnpm's commands are .cmd files on Windows, and those start only through a shell.
const shell = process.platform === 'win32'

/**
 * Runs pnpm in the version that package.json names: the one on the PATH when it is that version,
 * else through npx, which comes with npm. Programs that pnpm starts find `pnpm` either way.
 */
export function pnpm(root, args, options = {}) {
  const [command, ...first] = pnpmCommand(root)
  return spawnSync(command, [...first, ...args], { cwd: root, shell, stdio: 'inherit', ...options })
}

function pnpmCommand(root) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = packageManager.slice('pnpm@'.length)
  const found = spawnSync('pnpm', ['--version'], {
    cwd: root,
    shell,
    encoding: 'utf8',
    timeout: 20_000,
    // A corepack shim would otherwise stop and ask whether it may download.
    env: { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' },
  })
  const isOnPath = found.status === 0 && found.stdout.trim() === wanted
  return isOnPath ? ['pnpm'] : ['npx', '-y', packageManager]
}
