import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Installs a build of Node.js from npm into `folder`, unless it is there, and returns its executable. The
 * package `node` would fetch the build in an install script, which newer npm blocks: this is the package
 * that script would fetch.
 *
 * @throws {Error} when there is no such build for this system.
 */
export function installNode(version, folder) {
  const system = process.platform === 'win32' ? 'win' : process.platform
  const name = `node-${system}-${process.arch}`
  const home = join(folder, version)
  const executable = join(home, 'node_modules', name, 'bin', system === 'win' ? 'node.exe' : 'node')
  if (existsSync(executable)) return executable
  mkdirSync(home, { recursive: true })
  // Without a manifest of its own npm would install into the workspace above.
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`]
  // npm is a .cmd file on Windows, and those start only through a shell.
  const { status, stderr } = spawnSync('npm', args, {
    cwd: home,
    encoding: 'utf8',
    shell: system === 'win',
  })
  if (status !== 0 || !existsSync(executable)) {
    throw new Error(`no Node.js ${version} for this system (${name}):\n${stderr}`)
  }
  return executable
}
