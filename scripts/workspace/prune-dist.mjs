import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { workspacePackages } from './workspace-packages.mjs'

/**
 * Removes from every dist folder what no source stands behind. The compiler never deletes: the output
 * of a removed test would run, and that of a removed module would be published. Returns what it removed.
 */
export function pruneDist(root) {
  const removed = []
  for (const { path } of workspacePackages(root)) {
    for (const output of outputs(join(path, 'dist'), '')) {
      if (hasSource(path, output)) continue
      // Builds may run side by side, and take away the same file.
      rmSync(join(path, 'dist', output), { force: true })
      removed.push(join(path, 'dist', output))
    }
  }
  return removed
}

function outputs(dist, at) {
  if (!existsSync(dist)) return []
  return readdirSync(join(dist, at), { withFileTypes: true }).flatMap((entry) => {
    const path = join(at, entry.name)
    if (entry.isDirectory()) return outputs(dist, path)
    return entry.name.endsWith('.tsbuildinfo') ? [] : [path]
  })
}

function hasSource(path, output) {
  const stem = output.replace(/(\.d)?\.([cm]?)[jt]s(\.map)?$/, '.$2ts')
  return existsSync(join(path, stem))
}
