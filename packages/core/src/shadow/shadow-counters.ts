import { REJECT_REASONS, type RejectReason } from '../admission/decision.ts'
import type { Outcome } from '../admission/permit.ts'
import { TIERS, type Tier } from '../shed/tier.ts'

/**
 * What would have been said to a request: `admitted`, perhaps after waiting; the reason it would have
 * been refused for; or `waiting`, when it had ended in fact before its turn would have come.
 */
export type ShadowAnswer = 'admitted' | 'waiting' | RejectReason

/** By outcome in fact; only what occurred. */
export type ShadowOutcomes = Readonly<Partial<Record<Outcome, number>>>

/** By tier, then by what would have been said; only what occurred. */
export type ShadowCounts = Readonly<
  Record<Tier, Readonly<Partial<Record<ShadowAnswer, ShadowOutcomes>>>>
>

const ANSWERS: readonly ShadowAnswer[] = Object.freeze(['admitted', 'waiting', ...REJECT_REASONS])
const OUTCOMES: readonly Outcome[] = Object.freeze(['success', 'overload', 'ignore'])

/** The difference between what would have been said and what happened, by tier. Counting is an increment. */
export class ShadowCounters {
  readonly #counts = new Float64Array(TIERS.length * ANSWERS.length * OUTCOMES.length)

  onEnd(rank: number, would: ShadowAnswer, outcome: Outcome): void {
    const place = placeOf(rank, ANSWERS.indexOf(would)) + OUTCOMES.indexOf(outcome)
    ;(this.#counts[place] as number) += 1
  }

  get counts(): ShadowCounts {
    const all = TIERS.map((tier, rank) => [tier, this.#answersOf(rank)])
    return Object.fromEntries(all) as ShadowCounts
  }

  #answersOf(rank: number): Partial<Record<ShadowAnswer, ShadowOutcomes>> {
    const answers: Partial<Record<ShadowAnswer, ShadowOutcomes>> = {}
    for (const [index, answer] of ANSWERS.entries()) {
      const from = placeOf(rank, index)
      const outcomes = OUTCOMES.map(
        (outcome, nth) => [outcome, this.#counts[from + nth] as number] as const,
      ).filter(([, count]) => count > 0)
      if (outcomes.length > 0) answers[answer] = Object.fromEntries(outcomes)
    }
    return answers
  }
}

function placeOf(rank: number, answer: number): number {
  return (rank * ANSWERS.length + answer) * OUTCOMES.length
}
