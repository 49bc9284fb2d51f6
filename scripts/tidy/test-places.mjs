import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { findImports } from '../check/find-imports.mjs'
import { hasParser, NO_PARSER } from '../check/parse-source.mjs'
import { sourceFiles } from '../workspace/source-files.mjs'

// Tests of no folder in particular: found cases, whole journeys, and laws that hold for a package.
const FREE = /\/test\/(?:issues|end-to-end|laws)\//

/**
 * test/ mirrors src/: `test/limit/aimd-limit.test.ts` tests `src/limit/aimd-limit.ts`, and
 * `aimd-limit-traces.test.ts` one more side of it. A test of several modules has a name of its own,
 * in the folder that mirrors theirs.
 */
export function checkTestPlaces(root) {
  if (!hasParser()) return { name: 'test places', skipped: NO_PARSER }
  const tests = ['packages', 'apps', 'scripts'].flatMap((group) =>
    sourceFiles(root, group, (name) => /\.test\.m?[jt]s$/.test(name)),
  )
  const problems = tests
    .filter((path) => !FREE.test(path) && !hasPlace(root, path))
    .map((path) => `${path}: no such file in src, and it does not test several of a folder`)
  return { name: 'test places', seen: tests.length, unit: 'tests', problems }
}

function hasPlace(root, path) {
  const stem = path
    .replace(/^scripts\/test\//, 'scripts/')
    .replace(/^((?:packages|apps)\/[^/]+)\/test\//, '$1/src/')
    .replace(/\.test\.m?[jt]s$/, '')
  const folder = posix.dirname(stem)
  if (!existsSync(join(root, folder))) return false
  const subjects = readdirSync(join(root, folder)).map((file) => file.split('.')[0])
  const name = posix.basename(stem)
  // `limit.test.ts`, `limit-traces.test.ts` and `limit.traces.test.ts` are all tests of `limit.ts`.
  const isTestOf = (subject) =>
    name === subject || name.startsWith(`${subject}-`) || name.startsWith(`${subject}.`)
  return subjects.some(isTestOf) || testsSeveral(root, path)
}

function testsSeveral(root, path) {
  const imports = findImports(path, readFileSync(join(root, path), 'utf8'))
  const own = imports.flatMap(({ specifier = '' }) =>
    /^\.\.\/.*\.(?:ts|mjs)$/.test(specifier) ? [specifier] : [],
  )
  return own.some((specifier) => specifier.endsWith('/src/index.ts')) || new Set(own).size > 1
}
