import type { OverloadRun } from '../measure/overload-run.ts'
import { spreadOf } from '../report/spread.ts'
import { atLeast, atMost, type Goal, maxServedP99Ms } from './goals.ts'

const MAX_RECOVERY_MS = 1000
/** Here the best fixed limit is the measure; elsewhere the CPU is. */
const POOLS: readonly string[] = ['pool', 'slow-pool']
/** Time to reject, p99 at 5 ×. */
const MAX_REJECT_P99_MS: Readonly<Record<string, number>> = {
  cpu: 10,
  pool: 3,
  'slow-pool': 3,
  web: 10,
}

export interface OverloadGoalsOptions {
  readonly workload: string
  /** Named in each goal. */
  readonly guard: string
  readonly factor: number
  /** Of this guard at this factor; the valid ones. */
  readonly runs: readonly OverloadRun[]
  readonly unloadedP99Ms: number
  /** Goodput of the best fixed limit at this factor, where it ran. */
  readonly bestStaticRatio: number | undefined
}

/** The design's figures for overload, judged by medians. */
export function overloadGoals(options: OverloadGoalsOptions): readonly Goal[] {
  const { factor, runs } = options
  if (factor < 2 || runs.length === 0) return []
  const goals = options.workload === 'mixed' ? mixedGoals(options) : goodputGoals(options)
  const recoveryMs = median(runs.map((run) => run.recoveryMs))
  const all = [...goals, atMost(`recovery after ${factor} ×, ms`, recoveryMs, MAX_RECOVERY_MS)]
  return all.map((goal) => ({ ...goal, what: `${options.guard}: ${goal.what}` }))
}

function goodputGoals({ workload, factor, runs, ...rest }: OverloadGoalsOptions): Goal[] {
  const goals: Goal[] = []
  const goodput = median(runs.map((run) => run.goodputRatio))
  if (POOLS.includes(workload)) {
    if (rest.bestStaticRatio !== undefined) {
      const ratio = goodput / rest.bestStaticRatio
      goals.push(atLeast(`goodput at ${factor} × / best fixed limit's`, ratio, 0.98))
    }
  } else {
    const ofBound = median(
      runs.map(({ goodputRatio, boundRatio = 1 }) => goodputRatio / boundRatio),
    )
    goals.push(atLeast(`goodput at ${factor} × / bound`, ofBound, 0.99))
  }
  const p99Ms = median(runs.map((run) => run.overload.servedMs.p99Ms))
  goals.push(atMost(`served p99 at ${factor} ×, ms`, p99Ms, maxServedP99Ms(rest.unloadedP99Ms)))
  const maxRejectMs = MAX_REJECT_P99_MS[workload]
  if (factor === 5 && maxRejectMs !== undefined) {
    const rejectMs = median(runs.map((run) => run.overload.rejectedMs.p99Ms))
    goals.push(atMost('time to reject, p99 at 5 ×, ms', rejectMs, maxRejectMs))
  }
  return goals
}

function mixedGoals({ factor, runs }: OverloadGoalsOptions): Goal[] {
  if (factor !== 5) return []
  const dearShare = median(
    runs.map(({ targets }) => {
      const dearMs = (targets.dear?.served ?? 0) * 50
      return dearMs / (dearMs + (targets.cheap?.served ?? 0))
    }),
  )
  return [
    atLeast('goodput at 5 × / capacity', median(runs.map((run) => run.goodputRatio)), 2.8),
    atLeast("dear route's share of the time at 5 ×", dearShare, 0.4),
  ]
}

function median(values: readonly (number | undefined)[]): number {
  return spreadOf(values)?.median ?? Number.NaN
}
