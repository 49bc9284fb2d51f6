/**
 * What a check found, as `{ verdict, text }`. A check reports `{ name, seen, unit, detail, problems }`,
 * or `{ name, skipped: why }` where the tool it needs is not there. One that saw nothing has failed,
 * whatever it says about problems: this is the one place that knows.
 */
export function judgeCheck({ name, seen, unit = 'files', detail, problems = [], skipped }) {
  if (skipped !== undefined) return { verdict: 'skipped', text: `skip  ${name}: ${skipped}` }
  const what = detail ?? `${seen} ${unit}`
  if (!(seen > 0)) {
    const lines = [`FAIL  ${name}: saw no ${unit}`, ...problems]
    return { verdict: 'failed', text: lines.join('\n      ') }
  }
  if (problems.length === 0) return { verdict: 'passed', text: `ok    ${name}: ${what}` }
  const lines = [`FAIL  ${name}: ${what}, ${problems.length} problems`, ...problems]
  return { verdict: 'failed', text: lines.join('\n      ') }
}
