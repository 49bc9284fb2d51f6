import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'

const MOST_LINES = 250

/** A source file holds one idea, and that fits into 250 lines. */
export function checkFileLengths(root) {
  const files = sourceFiles(root, '.', isCode).filter((path) => /(^|\/)(src|scripts)\//.test(path))
  const problems = files.flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length
    return lines > MOST_LINES ? [`${path}: ${lines} lines, ${MOST_LINES} are allowed`] : []
  })
  return { name: 'file lengths', seen: files.length, problems }
}
