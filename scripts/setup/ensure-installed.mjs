import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspacePackages } from '../workspace/workspace-packages.mjs'
import { pnpm } from './pnpm.mjs'

/**
 * Installs what the lockfile says, unless that has been done: a stamp in node_modules remembers what
 * was installed, so that the usual start costs a few file reads.
 *
 * @throws {Error} when the installation fails.
 */
export function ensureInstalled(root, install = installWithPnpm) {
  const stampFile = join(root, 'node_modules', '.headgate-install')
  const wanted = installStamp(root)
  if (isComplete(root) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) {
    return false
  }
  install(root)
  writeFileSync(stampFile, wanted)
  return true
}

function installWithPnpm(root) {
  console.log('install: pnpm install --frozen-lockfile')
  // CI: no questions, since nobody may be there to answer.
  const { status, error } = pnpm(root, ['install', '--frozen-lockfile'], {
    env: { ...process.env, CI: 'true' },
  })
  if (status !== 0) throw new Error(`install failed: ${error?.message ?? `status ${status}`}`)
}

function installStamp(root) {
  const files = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...workspacePackages(root).map(({ folder }) => `${folder}/package.json`),
  ]
  // A checkout may be shared with another machine: its native binaries are not ours.
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of files) {
    if (existsSync(join(root, file)))
      hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function isComplete(root) {
  return workspacePackages(root).every(
    ({ path, manifest }) =>
      existsSync(join(path, 'node_modules')) ||
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length === 0,
  )
}
