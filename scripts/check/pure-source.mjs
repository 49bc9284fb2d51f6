import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pureFolders } from '../workspace/arrows.mjs'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'
import { findImpurities } from './find-impurities.mjs'
import { hasParser, NO_PARSER } from './parse-source.mjs'

/** The src of pure packages uses no clock, randomness, promises or globals of a host. */
export function checkPureSource(root, folders = pureFolders()) {
  if (!hasParser()) return { name: 'pure source', skipped: NO_PARSER }
  const files = folders.map((folder) => sourceFiles(root, `${folder}/src`, isCode))
  const problems = folders
    .filter((_, index) => files[index].length === 0)
    .map((folder) => `${folder}: no modules seen in src`)
  for (const path of files.flat()) {
    problems.push(...findImpurities(path, readFileSync(join(root, path), 'utf8')))
  }
  return { name: 'pure source', seen: files.flat().length, problems }
}
