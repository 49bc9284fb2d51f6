import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

// What .gitignore names; read from the file system, since a source archive has no git to ask.
const GENERATED = new Set(['.git', '.nodes', '.tap', '.turbo', 'coverage', 'dist', 'node_modules'])

/**
 * Paths of the files under `folder` that people write, relative to `root`, with forward slashes,
 * sorted. `accept` is asked with each file's name; by default every file counts.
 */
export function sourceFiles(root, folder = '.', accept = () => true) {
  const found = []
  const visit = (at) => {
    for (const entry of readdirSync(join(root, at), { withFileTypes: true })) {
      if (GENERATED.has(entry.name)) continue
      const path = at === '.' ? entry.name : `${at}/${entry.name}`
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile() && accept(entry.name)) found.push(path)
    }
  }
  if (existsSync(join(root, folder))) visit(folder)
  return found.sort()
}

/** True for the files the TypeScript and JavaScript parsers understand. */
export function isCode(name) {
  return /\.[cm]?[jt]sx?$/.test(name)
}
