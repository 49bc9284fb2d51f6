import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { sourceFiles } from '../workspace/source-files.mjs'

const LINK = /\]\(([^)\s]+)\)/g

/** Links between pages, and from pages to files, lead somewhere. */
export function checkDocLinks(root) {
  const pages = sourceFiles(root, '.', (name) => name.endsWith('.md'))
  let links = 0
  const problems = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const targets = [...text.matchAll(LINK)].map(([, target]) => target.split('#')[0])
    const local = targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    links += local.length
    return local
      .filter((target) => !existsSync(join(root, posix.dirname(page), decodeURI(target))))
      .map((target) => `${page}: ${target} does not exist`)
  })
  return { name: 'doc links', seen: links, unit: 'links', problems }
}
