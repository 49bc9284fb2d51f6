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
