import { openItems, sinceAccount } from './alerts/request-account.ts'
import {
  type AlertResult,
  type AlertsRun,
  EVERY_MS,
  runAlerts,
  WATCHED,
} from './alerts/run-alerts.ts'
import { formatCount, formatSeconds } from './print/format-number.ts'
import { formatTable, type TextColumn } from './print/text-table.ts'

const COLUMNS: readonly TextColumn[] = [
  { title: 'after the overload began, or ended', align: 'left' },
  { title: 'computed', align: 'right' },
  { title: 'Prometheus', align: 'right' },
  { title: 'later by', align: 'right' },
  { title: '', align: 'left' },
]

/** A sample may be this old, what is made of it this late, and twice, for an alert that waits began to wait late. */
const MOST_LATE_MS = 3 * EVERY_MS + 500
/** The rate over a window is told a sample too early or too late. */
const MOST_EARLY_MS = 1.5 * EVERY_MS

/** `npm start -- alerts`: a real Prometheus with our rules, and whether its alerts come when they should. */
export async function alerts(factor: number, seconds: number): Promise<void> {
  const options = {
    ...{ quietFactor: 0.2, factor },
    ...{ quietMs: 10_000, overloadMs: seconds * 1_000, afterMs: 68_000 },
  }
  console.log(`The shop with Headgate, a Prometheus that scrapes it every ${EVERY_MS / 1_000} s with the rules of headgate-rules, and an overload.
About two minutes.`)
  let shown = ''
  const run = await runAlerts(options, {
    onCapacity: (perSecond) => {
      console.log(`It answers ${formatCount(perSecond)} requests/s in closed loop.`)
    },
    onProgress: ({ elapsedMs, phase }, firing) => {
      // Without hours of history the alerts of long windows say what those of short ones do.
      const watched = firing.filter((name) => WATCHED.some((alert) => alert.name === name))
      const line = `${phase}; firing: ${watched.join(', ') || 'none'}`
      if (line !== shown) console.log(`  ${formatSeconds(elapsedMs).padStart(7)}  ${line}`)
      shown = line
    },
  })
  const overloadStartMs = options.quietMs
  const overloadEndMs = overloadStartMs + options.overloadMs
  const rows = run.results.flatMap((result) => [
    result.alert.title,
    formatRow('  fires', result, { key: 'firesMs', fromMs: overloadStartMs }),
    formatRow('  ends', result, { key: 'endsMs', fromMs: overloadEndMs }),
  ])
  const { total } = run.report.phases[1] ?? {}
  console.log(`
${seconds} s of ${formatCount(factor * run.capacityPerSecond)} requests/s, ${factor} times what it can carry: ${formatCount(total?.offered ?? 0)} offered, ${formatCount(total?.served ?? 0)} served,
${formatCount(total?.rejected ?? 0)} refused. Computed from what the clients were told, each tenth of a second.

${formatTable(COLUMNS, rows)}`)
  console.log(`\n${formatAccount(run)}`)
  for (const reason of run.report.invalidReasons) console.log(`Judge with care: ${reason}`)
  if (!run.results.every(isInTime)) process.exitCode = 1
}

/** Offered = admitted + rejected by reason + still queued, and every admitted one has ended once. */
function formatAccount({ report, accounts }: AlertsRun): string {
  const account = sinceAccount(accounts.before, accounts.after)
  const { admitted, rejectedBy, queued, inFlight, waited, ended } = account
  const came = report.phases.reduce((sum, { total }) => sum + total.sent, 0)
  const late = report.phases.reduce((sum, { total }) => sum + total.late + total.errors, 0)
  const reasons = Object.entries(rejectedBy).map(([reason, count]) => `${count} ${reason}`)
  const open = openItems(account, came)
  return `Sent ${came}, of which ${late} got no answer. By /metrics ${admitted} admitted; rejected: ${reasons.join(', ')}; ${queued} queued.
Of the admitted ${waited} came through the queue's clock, ${ended} have ended, and ${inFlight} are in flight. ${open.length === 0 ? 'All is accounted for.' : `Not accounted for: ${open.join('; ')}`}`
}

interface Column {
  readonly key: 'firesMs' | 'endsMs'
  readonly fromMs: number
}

function formatRow(name: string, result: AlertResult, { key, fromMs }: Column): string[] {
  const [computed, measured] = [result.computed[key], result.measured[key]]
  const since = (ms: number | undefined): string =>
    ms === undefined ? '-' : formatSeconds(ms - fromMs)
  const late = computed === undefined || measured === undefined ? undefined : measured - computed
  const verdict = isNear(late) ? 'in time' : 'not in time'
  return [
    name,
    since(computed),
    since(measured),
    since(late === undefined ? late : late + fromMs),
    verdict,
  ]
}

function isInTime({ computed, measured }: AlertResult): boolean {
  return (['firesMs', 'endsMs'] as const).every((key) => {
    const [due, seen] = [computed[key], measured[key]]
    return isNear(due === undefined || seen === undefined ? undefined : seen - due)
  })
}

function isNear(lateMs: number | undefined): boolean {
  return lateMs !== undefined && lateMs >= -MOST_EARLY_MS && lateMs <= MOST_LATE_MS
}
