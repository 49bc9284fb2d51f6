import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'

const CODE = /HG_ERR_[A-Z_]*[A-Z]/g
const DECLARED_IN = 'packages/core/src/option/error-code.ts'
const EXPLAINED_IN = 'docs/reference/errors.md'

/**
 * Users match on codes, so every code that the sources use is declared in one union and has a section
 * of its own in the reference; the reference explains none that does not exist.
 */
export function checkErrorCodes(root) {
  const read = (path) => readFileSync(join(root, path), 'utf8')
  const declared = new Set(read(DECLARED_IN).match(CODE))
  const headings = read(EXPLAINED_IN)
    .split('\n')
    .filter((line) => line.startsWith('## '))
  const explained = new Set(headings.join('\n').match(CODE))
  const sources = sourceFiles(root, '.', isCode).filter(
    (path) => path.includes('/src/') && path !== DECLARED_IN,
  )
  const used = new Set(sources.flatMap((path) => read(path).match(CODE) ?? []))
  const problems = [
    ...lacking(used, declared, `is used, but not declared in ${DECLARED_IN}`),
    ...lacking(used, explained, `is used, but has no section in ${EXPLAINED_IN}`),
    ...lacking(explained, declared, `has a section in ${EXPLAINED_IN}, but does not exist`),
  ]
  return { name: 'error codes', seen: used.size, unit: 'codes', problems }
}

function lacking(codes, where, problem) {
  return [...codes].filter((code) => !where.has(code)).map((code) => `${code} ${problem}`)
}
