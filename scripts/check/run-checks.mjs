import { checkBoundaries } from './boundaries.mjs'
import { checkCompile } from './compile.mjs'
import { judgeCheck } from './judge-check.mjs'
import { checkLint } from './lint.mjs'
import { checkPublished } from './published.mjs'
import { checkPureSource } from './pure-source.mjs'
import { checkPureTypes } from './pure-types.mjs'
import { checkUnused } from './unused.mjs'

// The compiler first: what follows reads its output.
const CHECKS = [
  checkCompile,
  checkPureTypes,
  checkPureSource,
  checkBoundaries,
  checkLint,
  checkUnused,
  checkPublished,
]

/** Runs every check, prints a line for each, and returns how many passed, failed and were skipped. */
export function runChecks(root, checks = CHECKS, print = console.log) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const check of checks) {
    const { verdict, text } = judgeCheck(runOne(check, root))
    print(text)
    count[verdict] += 1
  }
  return count
}

function runOne(check, root) {
  try {
    return check(root)
  } catch (error) {
    return { name: check.name, seen: 1, unit: 'error', problems: [error.message] }
  }
}
