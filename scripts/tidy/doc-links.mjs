import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { sourceFiles } from '../workspace/source-files.mjs'

const LINK = /\]\(([^)\s]+)\)/g
const NAMED_PATH = /`((?:packages|apps|scripts|docs)\/[\w./-]+)`/g

/** Links between pages lead somewhere, and files that a page names (`docs/…`) are there. */
export function checkDocLinks(root) {
  const pages = sourceFiles(root, '.', (name) => name.endsWith('.md'))
  let links = 0
  const problems = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const targets = [...text.matchAll(LINK)].map(([, target]) => target.split('#')[0])
    const local = targets
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
      .map((target) => posix.join(posix.dirname(page), decodeURI(target)))
    const named = [...text.matchAll(NAMED_PATH)].map(([, path]) => path)
    links += local.length + named.length
    return [...local, ...named]
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page}: ${path} does not exist`)
  })
  return { name: 'doc links', seen: links, unit: 'links', problems }
}
