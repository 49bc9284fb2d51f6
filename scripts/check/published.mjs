import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '../setup/tool.mjs'
import { workspacePackages } from '../workspace/workspace-packages.mjs'

const ATTW = { name: '@arethetypeswrong/cli', bin: 'attw' }

/** Public packages, packed as they would be published, resolve and are typed for their users. */
export function checkPublished(root) {
  const found = workspacePackages(root).filter(({ manifest }) => manifest.private !== true)
  const unbuilt = found.filter(({ path }) => !existsSync(join(path, 'dist')))
  if (found.length === 0 || unbuilt.length > 0) {
    return {
      name: 'published',
      seen: found.length,
      unit: 'packages',
      problems: unbuilt.map(({ folder }) => `${folder}: not built`),
    }
  }
  const store = mkdtempSync(join(tmpdir(), 'headgate-packed-'))
  try {
    const tarballs = pack(found, store)
    const problems = tarballs.flatMap((tarball) => judgeTarball(root, tarball))
    return { name: 'published', seen: tarballs.length, unit: 'packages', problems }
  } finally {
    rmSync(store, { recursive: true })
  }
}

/** All packages in one go: npm takes longer to start than to pack. */
function pack(packages, store) {
  const folders = packages.map(({ path }) => path)
  const { status, stderr } = spawnSync('npm', ['pack', ...folders, '--pack-destination', store], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const tarballs = readdirSync(store).map((file) => join(store, file))
  if (status !== 0 || tarballs.length !== packages.length) throw new Error(`npm pack: ${stderr}`)
  return tarballs
}

function judgeTarball(root, tarball) {
  const commands = [
    ['publint', 'run', tarball, '--strict'],
    [ATTW, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'],
  ]
  return commands
    .map((command) => runTool(root, command))
    .filter(({ status }) => status !== 0)
    .map(({ stdout, stderr }) => `${stdout}${stderr}`.trim())
}
