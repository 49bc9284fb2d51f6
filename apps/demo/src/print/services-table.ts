import type { ServicesOptions, ServicesRun } from '../services/run-services.ts'
import { formatCount, formatMs, formatPercent, formatSeconds } from './format-number.ts'
import { formatTable, type TextColumn } from './text-table.ts'

const COLUMNS: readonly TextColumn[] = [
  { title: 'stock', align: 'left' },
  { title: 'front', align: 'left' },
  { title: 'overload: in time', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'no answer', align: 'right' },
  { title: 'requests a call', align: 'right' },
  { title: 'after: in time', align: 'right' },
  { title: 'requests a call', align: 'right' },
  { title: 'back to normal', align: 'right' },
]

/** A line for each run: goodput, amplification, recovery. */
export function formatServices(runs: readonly ServicesRun[], { afterMs }: ServicesOptions): string {
  const rows = runs.map(({ sides, overload, after, requestsPerCall, recoveryMs }) => [
    sides.stock ? 'Headgate' : 'bare',
    sides.front ? 'Headgate' : 'bare',
    `${formatCount(overload.goodputPerSecond)}/s`,
    formatMs(overload.servedMs.p99Ms),
    formatCount(overload.late + overload.unsent + overload.errors),
    requestsPerCall.overload.toFixed(2),
    formatPercent(after.served, after.offered),
    requestsPerCall.after.toFixed(2),
    recoveryMs === undefined
      ? `not within ${formatSeconds(afterMs)}`
      : `after ${formatSeconds(recoveryMs)}`,
  ])
  return formatTable(COLUMNS, rows)
}
