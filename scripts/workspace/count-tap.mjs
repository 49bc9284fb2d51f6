import { Parser } from 'tap-parser'

/**
 * Counts a TAP report's own assertions: a parent test repeats the verdict of its children, so it does
 * not count. `problem` says why a report cannot be trusted: cut short, or at odds with tap's own count
 * at its end; such a report counts as one more failure.
 */
export function countTap(text) {
  const parser = new Parser({ bail: false, strict: false, omitVersion: true })
  const count = { passed: 0, failed: 0, skipped: 0 }
  const watch = (level) => {
    level.on('child', watch)
    level.on('result', (result) => {
      if (result.skip || result.todo) count.skipped += 1
      else if (result.ok) count.passed += 1
      else count.failed += 1
    })
  }
  watch(parser)
  parser.end(text)

  const problem = findProblem(text, parser, count)
  return problem === undefined ? count : { ...count, failed: count.failed + 1, problem }
}

function findProblem(text, parser, { passed, failed }) {
  const trailer = /^# \{ total: (\d+)(?:, pass: (\d+))?(?:, fail: (\d+))?/m.exec(text)
  if (trailer === null) return 'the report is cut short'
  const [line, total, pass = '0', fail = '0'] = trailer
  if (Number(pass) !== passed || Number(fail) !== failed) {
    return `the report counts ${line}, read were ${passed} passed and ${failed} failed`
  }
  if (!parser.ok && failed === 0) return 'the report is not complete TAP'
  if (Number(total) === 0) return 'no assertions were made'
  return undefined
}
