import { type LoadOutcomes, type LoadReport, recoveryMs } from '@headgate/loadgen'
import { type Comparison, overloadPhase } from '../overload/run-comparison.ts'
import { SHOP_MIX } from '../overload/shop-mix.ts'
import { formatCount, formatMs, formatPercent, formatSeconds } from './format-number.ts'
import { formatTable, type TextColumn, type TextRow } from './text-table.ts'

const COLUMNS: readonly TextColumn[] = [
  { title: '', align: 'left' },
  { title: 'offered', align: 'right' },
  { title: 'in time', align: 'right' },
  { title: '', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'no answer', align: 'right' },
  { title: 'rejected, by reason', align: 'left', wrapAt: 28 },
]

/** How the overload went, by kind of request and in all, without and with Headgate. */
export function formatComparison(comparison: Comparison): string {
  const kinds = SHOP_MIX.flatMap(({ tier, target }) => [
    `${target.name} (${tier})`,
    ...bothRows(comparison, (report) => overloadPhase(report).targets[target.name]),
  ])
  const all = ['all', ...bothRows(comparison, (report) => overloadPhase(report).total)]
  return formatTable(COLUMNS, [...kinds, ...all, ...recoveryRows(comparison)])
}

function bothRows(
  comparison: Comparison,
  outcomes: (report: LoadReport) => LoadOutcomes | undefined,
): TextRow[] {
  return [
    ['  without Headgate', ...outcomeCells(outcomes(comparison.without))],
    ['  with Headgate', ...outcomeCells(outcomes(comparison.with))],
  ]
}

function outcomeCells(outcomes: LoadOutcomes | undefined): string[] {
  if (outcomes === undefined) return []
  const { offered, served, rejected, late, unsent, errors, servedMs, rejectedByReason } = outcomes
  const reasons = Object.entries(rejectedByReason).sort(([, a], [, b]) => b - a)
  return [
    formatCount(offered),
    formatCount(served),
    formatPercent(served, offered),
    formatMs(servedMs.p50Ms),
    formatMs(servedMs.p99Ms),
    formatCount(late + unsent + errors),
    rejected === 0
      ? '0'
      : reasons.map(([reason, count]) => `${formatCount(count)} ${reason}`).join(', '),
  ]
}

function recoveryRows({ options, without, with: withHeadgate }: Comparison): TextRow[] {
  const { beforeMs, overloadMs, afterMs } = options
  const after = ({ series }: LoadReport): string => {
    const ms = recoveryMs(series, beforeMs + overloadMs, { windowMs: 1000, successRatio: 0.99 })
    return ms === undefined ? `not within ${formatSeconds(afterMs)}` : formatSeconds(ms)
  }
  return [
    'back to normal after the overload',
    `  without Headgate  ${after(without)}`,
    `  with Headgate     ${after(withHeadgate)}`,
  ]
}
