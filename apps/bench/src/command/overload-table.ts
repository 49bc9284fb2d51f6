import { isValid, type OverloadRun } from '../measure/overload-run.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { formatSpread } from '../report/spread.ts'

const HEADER = [
  'guard',
  'goodput / capacity',
  '/ bound',
  'served p50 ms',
  'served p99 ms',
  'reject p50 ms',
  'reject p99 ms',
  'generator lag p99 ms',
  'recovery ms',
  'rejected',
  'late or lost',
  'reasons',
  'serve µs',
  'reject µs',
]

/** One row for each contestant, of medians and spread over its valid runs. */
export function overloadTable(
  runsByContestant: ReadonlyMap<string, readonly OverloadRun[]>,
): string {
  return markdownTable(
    HEADER,
    [...runsByContestant].map(([contestant, runs]) => row(contestant, runs)),
  )
}

function row(contestant: string, all: readonly OverloadRun[]): readonly string[] {
  const runs = all.filter(isValid)
  const invalid = all.length - runs.length
  const cell = (
    read: (run: OverloadRun) => number | undefined,
    digits: number,
    never?: string,
  ): string => formatSpread(runs.map(read), digits, never)
  return [
    invalid === 0 ? contestant : `${contestant} (${invalid} of ${all.length} invalid)`,
    cell((run) => run.goodputRatio, 2),
    cell(({ goodputRatio, boundRatio }) => boundRatio && goodputRatio / boundRatio, 3),
    cell((run) => run.overload.servedMs.p50Ms, 1),
    cell((run) => run.overload.servedMs.p99Ms, 1),
    cell((run) => run.overload.rejectedMs.p50Ms, 2),
    cell((run) => run.overload.rejectedMs.p99Ms, 2),
    cell((run) => run.lagP99Ms, 2),
    cell((run) => run.recoveryMs, 0, 'never'),
    cell(({ overload }) => overload.rejected / overload.offered, 3),
    cell(({ overload }) => 1 - (overload.served + overload.rejected) / overload.offered, 3),
    reasons(runs),
    cell((run) => run.serveCostMs * 1000, 0),
    cell((run) => run.rejectCostMs && run.rejectCostMs * 1000, 1),
  ]
}

/** Shares of all refusals, greatest first. */
function reasons(runs: readonly OverloadRun[]): string {
  const counts = new Map<string, number>()
  let total = 0
  for (const run of runs) {
    for (const [reason, count] of Object.entries(run.overload.rejectedByReason)) {
      counts.set(reason, (counts.get(reason) ?? 0) + count)
      total += count
    }
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => `${reason} ${((count / total) * 100).toFixed(0)} %`)
    .join(', ')
}
