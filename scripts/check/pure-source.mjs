import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisingFolders, pureFolders } from '../workspace/arrows.mjs'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'
import { findImpurities } from './find-impurities.mjs'
import { hasParser, NO_PARSER } from './parse-source.mjs'

/** The src of pure packages uses no clock, randomness, promises or globals of a host; `promising` ones may use promises. */
export function checkPureSource(root, folders = pureFolders(), promising = promisingFolders()) {
  if (!hasParser()) return { name: 'pure source', skipped: NO_PARSER }
  const files = folders.map((folder) => sourceFiles(root, `${folder}/src`, isCode))
  const problems = folders
    .filter((_, index) => files[index].length === 0)
    .map((folder) => `${folder}: no modules seen in src`)
  for (const path of files.flat()) {
    const startsPromises = promising.some((folder) => path.startsWith(`${folder}/`))
    const text = readFileSync(join(root, path), 'utf8')
    problems.push(...findImpurities(path, text, { startsPromises }))
  }
  return { name: 'pure source', seen: files.flat().length, problems }
}
