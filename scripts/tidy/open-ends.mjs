import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'

const MARK = /(?:\/\/|^\s*\/?\*).*\b(?:TODO|FIXME|XXX)\b/
const ISSUE = /#\d+/

/** What is left open is an issue, and the comment names it: `TODO(#12)`. */
export function checkOpenEnds(root) {
  const files = sourceFiles(root, '.', isCode)
  const problems = files.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        MARK.test(line) && !ISSUE.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  )
  return { name: 'open ends', seen: files.length, problems }
}
