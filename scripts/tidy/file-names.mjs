import { posix } from 'node:path'
import { sourceFiles } from '../workspace/source-files.mjs'

const NAMELESS = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'shared',
  'types',
  'constants',
])

/** A file or folder is named after its idea: the names above say only that there was none. */
export function checkFileNames(root) {
  const files = sourceFiles(root)
  const problems = files.filter((path) =>
    path.split('/').some((part) => NAMELESS.has(posix.basename(part).split('.')[0])),
  )
  return { name: 'file names', seen: files.length, problems }
}
