import type { Attempt } from '../traffic/attempt.ts'

/**
 * 1 when all have the same, 1/n when one has everything.
 *
 * Source: Jain, Chiu, Hawe, "A quantitative measure of fairness and discrimination" (1984).
 */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  const squares = values.reduce((total, value) => total + value * value, 0)
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares)
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Milliseconds of permits that the attempts held within a span. */
export function slotTimeMs(attempts: readonly Attempt[], { fromMs, toMs }: Span): number {
  return attempts.reduce((sum, attempt) => {
    if (!attempt.hasStarted) return sum
    const endMs = Math.min(toMs, attempt.endedMs)
    const startMs = Math.max(fromMs, attempt.startedMs)
    return sum + attempt.cost * Math.max(0, endMs - startMs)
  }, 0)
}

/** Attempts of each owner. */
export function byOwner(
  attempts: readonly Attempt[],
): ReadonlyMap<string | undefined, readonly Attempt[]> {
  const groups = new Map<string | undefined, Attempt[]>()
  for (const attempt of attempts) {
    const { owner } = attempt.call
    const group = groups.get(owner)
    if (group === undefined) groups.set(owner, [attempt])
    else group.push(attempt)
  }
  return groups
}
