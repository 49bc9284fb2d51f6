import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Every package under packages/ and apps/: `{ folder: 'packages/core', path, manifest }`, in the order
 * of their folders' names. A folder counts once it has a package.json or a src folder: a package
 * without a manifest must be seen, so that the checks can complain about it.
 */
export function workspacePackages(root) {
  return ['packages', 'apps'].flatMap((group) => {
    if (!existsSync(join(root, group))) return []
    return readdirSync(join(root, group))
      .sort()
      .map((name) => ({ folder: `${group}/${name}`, path: join(root, group, name) }))
      .filter(({ path }) => existsSync(join(path, 'package.json')) || existsSync(join(path, 'src')))
      .map((found) => ({ ...found, manifest: readManifest(found.path) }))
  })
}

function readManifest(path) {
  const file = join(path, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}
