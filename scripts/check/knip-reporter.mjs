/**
 * A reporter for knip that says how many files it looked at, which its own reporters do not: a run
 * that saw nothing finds nothing, and must not look like a good one.
 */
export default function report({ issues, counters }) {
  const problems = []
  for (const [kind, byFile] of Object.entries(issues)) {
    for (const [file, found] of Object.entries(byFile)) {
      for (const { symbol } of Object.values(found)) problems.push(`${kind}: ${symbol} (${file})`)
    }
  }
  process.stdout.write(`${JSON.stringify({ seen: counters.processed, problems })}\n`)
}
