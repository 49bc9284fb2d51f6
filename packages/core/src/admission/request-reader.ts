import type { Tier } from '../shed/tier.ts'
import type { AdmissionRequest } from './admission-request.ts'
import type { RejectReason } from './decision.ts'

/** The rank of `important`, the default tier. */
const DEFAULT_RANK = 1

/** Reads requests that come from the outside: whatever they hold, it never throws and admits no more. */
export class RequestReader {
  #malformed = 0

  /** Requests with a tier or a deadline that made no sense, and counted as the default. */
  get malformed(): number {
    return this.#malformed
  }

  rankOf(tier: Tier | undefined): number {
    switch (tier) {
      case undefined:
      case 'important':
        return DEFAULT_RANK
      case 'critical':
        return 0
      case 'optional':
        return 2
      case 'opportunistic':
        return 3
      default:
        this.#malformed += 1
        return DEFAULT_RANK
    }
  }

  /** Milliseconds left; infinite without a deadline. */
  deadlineMsOf(request: AdmissionRequest | undefined): number {
    const deadlineMs = request?.deadlineMs
    return isNumber(deadlineMs) ? deadlineMs : Number.POSITIVE_INFINITY
  }

  /** Why a request is over before it began. */
  refusedBefore(request: AdmissionRequest | undefined): RejectReason | undefined {
    if (request?.signal?.aborted) return 'cancelled'
    const deadlineMs = request?.deadlineMs
    if (deadlineMs === undefined) return undefined
    if (isNumber(deadlineMs)) return deadlineMs <= 0 ? 'expired' : undefined
    this.#malformed += 1
    return undefined
  }
}

/** Comparing anything else with a number may throw, or take a string for one. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}
