import {
  type Comparison,
  overloadPhase,
  PATIENCE_MS,
  runComparison,
} from './overload/run-comparison.ts'
import { formatComparison } from './print/comparison-table.ts'
import { formatCount, formatPercent, formatSeconds } from './print/format-number.ts'
import { ProgressLines } from './print/progress-lines.ts'

/** `npm start`: overloads the shop without and with Headgate, tells how it goes, and compares. */
export async function compare(factor: number, seconds: number): Promise<void> {
  const options = {
    factor,
    warmUpMs: 3000,
    capacityMs: 3000,
    beforeMs: 2000,
    overloadMs: seconds * 1000,
    afterMs: 8000,
  }
  console.log('The same shop under the same overload, without and with Headgate. About a minute.')
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
  for (const line of formatWarnings(comparison)) console.log(line)
  const took = formatSeconds(performance.now() - startMs)
  console.log(`\nTook ${took}. Try it yourself: npm start -- serve`)
}

function formatHeading({ options, capacityPerSecond }: Comparison): string {
  const { factor, overloadMs } = options
  const offered = formatCount(factor * capacityPerSecond)
  return `The overload: ${overloadMs / 1000} s of ${offered} requests/s, ${factor} times what the shop can carry.
In time: a client gives up after ${formatSeconds(PATIENCE_MS)}; p50 and p99 are of what was in time.
Back to normal: when 99 % of each second's requests are in time again.`
}

function formatVerdict(comparison: Comparison): string {
  const { capacityPerSecond } = comparison
  const [without = 0, withHeadgate = 0] = [comparison.without, comparison.with].map(
    (report) => overloadPhase(report).total.goodputPerSecond,
  )
  const rate = (perSecond: number): string =>
    `${formatCount(perSecond)}/s (${formatPercent(perSecond, capacityPerSecond)})`
  const verdict = `Answered in time under overload, of the ${formatCount(capacityPerSecond)}/s that the shop can carry:
${rate(without)} without Headgate, ${rate(withHeadgate)} with it.`
  if (withHeadgate <= capacityPerSecond) return verdict
  return `${verdict} More than all, because the dear
reports are refused first, and their share of the database serves many cheap requests.`
}

/** A late generator measures itself, so the figures of its run say less. */
function formatWarnings({ without, with: withHeadgate }: Comparison): string[] {
  const reasons = [...without.invalidReasons, ...withHeadgate.invalidReasons]
  if (reasons.length === 0) return []
  return ['', 'Judge with care, this machine was too busy for the load generator:', ...reasons]
}
