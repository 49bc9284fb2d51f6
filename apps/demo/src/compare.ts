import { type Comparison, PATIENCE_MS, runComparison } from './overload/run-comparison.ts'
import { formatComparison } from './print/comparison-table.ts'
import { formatCount, formatPercent, formatSeconds } from './print/format-number.ts'
import { ProgressLines } from './print/progress-lines.ts'

/** `npm start`: overloads the shop without and with Headgate, tells how it goes, and compares. */
export async function compare(factor: number, seconds: number): Promise<void> {
  const options = {
    factor,
    capacityMs: 3000,
    beforeMs: 4000,
    overloadMs: seconds * 1000,
    afterMs: 8000,
  }
  console.log('The same shop under the same overload twice, without and with Headgate.')
  const startMs = performance.now()
  const progress = new ProgressLines(console.log)
  const comparison = await runComparison(options, {
    onStarting: (withHeadgate) => {
      console.log(`\n${withHeadgate ? 'With' : 'Without'} Headgate: starting the shop ...`)
    },
    onListening: (database) => console.log(`  ready, on ${database}`),
    onCapacity: (perSecond) => {
      console.log(`  it can carry ${formatCount(perSecond)} requests/s (measured in closed loop)`)
    },
    onProgress: (report) => progress.onProgress(report),
  })
  console.log(`\n${formatHeading(comparison)}\n`)
  console.log(formatComparison(comparison))
  console.log(`\n${formatVerdict(comparison)}`)
  console.log(
    `Took ${formatSeconds(performance.now() - startMs)}. Try it yourself: npm start -- serve`,
  )
}

function formatHeading({ options, capacityPerSecond }: Comparison): string {
  const { factor, overloadMs } = options
  return (
    `During the overload: ${overloadMs / 1000} s of ${formatCount(factor * capacityPerSecond)} requests/s, ` +
    `${factor} times what the shop can carry.\n` +
    `In time: answered within ${formatSeconds(PATIENCE_MS)}, when the client gives up; p50 and p99 are of these.`
  )
}

function formatVerdict(comparison: Comparison): string {
  const { capacityPerSecond, options } = comparison
  const lines = (['without', 'with'] as const).map((run) => {
    const overload = comparison[run].phases.find(({ name }) => name === 'overload')
    const perSecond = overload?.total.goodputPerSecond ?? 0
    return `${run} ${formatCount(perSecond)}/s (${formatPercent(perSecond, capacityPerSecond)})`
  })
  const reasons = [comparison.without, comparison.with].flatMap((report) => report.invalidReasons)
  const warnings = reasons.map(
    (reason) => `The load generator was late, so judge with care: ${reason}`,
  )
  return [
    `Of ${formatCount(capacityPerSecond)} requests/s that the shop can carry at ${options.factor} x, it answered ` +
      `${lines.join(', ')} in time.`,
    ...warnings,
  ].join('\n')
}
