/** Headgate's default `queue.maxWaitMs`. */
const MAX_WAIT_MS = 100

/** What the p99 of served requests may be under overload. */
export function maxServedP99Ms(unloadedP99Ms: number): number {
  return MAX_WAIT_MS + 2 * unloadedP99Ms
}

/** A figure of the design, and what was measured. */
export interface Goal {
  readonly what: string
  readonly measured: string
  readonly goal: string
  readonly met: boolean
}

export function goalRow(goal: Goal): readonly string[] {
  return [goal.what, goal.measured, goal.goal, goal.met ? 'met' : '**missed**']
}

export const GOAL_HEADER: readonly string[] = ['figure', 'measured', 'goal', '']

export function atLeast(what: string, value: number, least: number): Goal {
  return { what, measured: value.toFixed(3), goal: `≥ ${least}`, met: value >= least }
}

export function atMost(what: string, value: number, most: number): Goal {
  return { what, measured: value.toFixed(1), goal: `≤ ${most.toFixed(1)}`, met: value <= most }
}
