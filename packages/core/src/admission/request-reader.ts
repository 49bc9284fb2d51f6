import type { Tier } from '../shed/tier.ts'
import type { AdmissionRequest } from './admission-request.ts'
import type { RejectReason } from './decision.ts'

/** The rank of `important`, the default tier. */
const DEFAULT_RANK = 1

/** Reads requests that come from the outside: whatever they hold, it never throws and admits no more. */
export class RequestReader {
  #malformed = 0
  #clampedCosts = 0

  /** Requests with something that made no sense, and counted as the default. */
  get malformed(): number {
    return this.#malformed
  }

  /** Requests that asked for more permits than one may take. */
  get clampedCosts(): number {
    return this.#clampedCosts
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

  /** Permits it takes: an integer from 1 to what `bound` allows now. */
  costOf(request: AdmissionRequest | undefined, bound: { readonly maxCost: number }): number {
    const cost = request?.cost
    if (cost === undefined || cost === 1) return 1
    if (!isNumber(cost) || cost < 1 || Math.floor(cost) !== cost) {
      this.#malformed += 1
      return 1
    }
    const { maxCost } = bound
    if (cost <= maxCost) return cost
    this.#clampedCosts += 1
    return maxCost
  }

  /** Milliseconds left; infinite without a deadline. */
  deadlineMsOf(request: AdmissionRequest | undefined): number {
    const deadlineMs = request?.deadlineMs
    return isNumber(deadlineMs) ? deadlineMs : Number.POSITIVE_INFINITY
  }

  /** Why a request is over before it began. */
  refusedBefore(request: AdmissionRequest | undefined): RejectReason | undefined {
    if (request?.signal?.aborted) return 'cancelled'
    if (!request) return undefined
    this.#countNames(request)
    const { deadlineMs } = request
    if (deadlineMs === undefined) return undefined
    if (isNumber(deadlineMs)) return deadlineMs <= 0 ? 'expired' : undefined
    this.#malformed += 1
    return undefined
  }

  /** A name that is none is passed over. */
  #countNames({ tenant, anonymous, flow }: AdmissionRequest): void {
    if (isNameOrNone(tenant) && isNameOrNone(anonymous) && isNameOrNone(flow)) return
    this.#malformed += 1
  }
}

/** Comparing anything else with a number may throw, or take a string for one. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}

function isNameOrNone(name: unknown): boolean {
  return name === undefined || typeof name === 'string'
}
