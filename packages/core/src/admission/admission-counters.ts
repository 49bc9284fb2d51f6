import { TIERS, type Tier } from '../shed/tier.ts'
import { REJECT_REASONS, type RejectReason } from './decision.ts'

const REASONS = REJECT_REASONS.length

/** What has been decided since the start, by tier and reason. Counting is an increment. */
export class AdmissionCounters {
  readonly #admitted: number[] = TIERS.map(() => 0)
  readonly #rejected: number[] = TIERS.flatMap(() => REJECT_REASONS.map(() => 0))

  onAdmit(rank: number): void {
    ;(this.#admitted[rank] as number) += 1
  }

  onReject(rank: number, reason: RejectReason): void {
    ;(this.#rejected[rank * REASONS + REJECT_REASONS.indexOf(reason)] as number) += 1
  }

  get admitted(): Record<Tier, number> {
    return byTier((rank) => this.#admitted[rank] as number)
  }

  /** By tier; only reasons that occurred. */
  get rejected(): Record<Tier, Partial<Record<RejectReason, number>>> {
    return byTier((rank) => {
      const counts = REJECT_REASONS.map(
        (reason, index) => [reason, this.#rejected[rank * REASONS + index] as number] as const,
      )
      return Object.fromEntries(counts.filter(([, count]) => count > 0))
    })
  }
}

function byTier<Value>(count: (rank: number) => Value): Record<Tier, Value> {
  return Object.fromEntries(TIERS.map((tier, rank) => [tier, count(rank)])) as Record<Tier, Value>
}
