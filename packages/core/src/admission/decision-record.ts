import { OverloadWatch } from '../shed/overload-watch.ts'
import { nextRetryAfterMs } from '../shed/retry-after.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import type { Clock } from '../time/clock.ts'
import { AdmissionCounters } from './admission-counters.ts'
import type { AdmissionEvent, AdmissionListener } from './admission-event.ts'
import type { Rejection, RejectReason } from './decision.ts'
import type { Passage } from './passage.ts'
import type { Outcome } from './permit.ts'

/** A refusal as it happens. */
export interface Refusal {
  readonly rank: number
  readonly reason: RejectReason
  readonly waitedMs: number
  readonly nowMs: number
  /** What refuses it is its own deadline, not how long anybody may wait. */
  readonly isOwnDeadline: boolean
}

/** What is in front of a refused client when it comes back. */
export interface Backlog {
  readonly queued: number
  readonly drainPerMs: number
}

export interface DecisionRecordParts {
  readonly clock: Clock
  readonly random: () => number
  readonly listener: AdmissionListener | undefined
  readonly backlog: Backlog
  /** Hears of each refusal for want of capacity. */
  readonly limiter: { onReject(): void }
  /** Shared by the records of an admission. Default its own. */
  readonly watch?: OverloadWatch | undefined
}

/** Keeps account of decisions: counts them, tells the listener, and notices when an overload begins and ends. */
export class DecisionRecord {
  readonly #random: () => number
  readonly #listener: AdmissionListener | undefined
  readonly #watch: OverloadWatch
  readonly #backlog: Backlog
  readonly #limiter: DecisionRecordParts['limiter']
  readonly counters: AdmissionCounters = new AdmissionCounters()

  constructor({ clock, random, listener, backlog, limiter, watch }: DecisionRecordParts) {
    this.#random = random
    this.#backlog = backlog
    this.#limiter = limiter
    this.#listener = listener
    this.#watch =
      watch ?? new OverloadWatch(clock, (spell) => this.emit({ type: 'overload', ...spell }))
  }

  /** Notices overloads, for other records to share. */
  get watch(): OverloadWatch {
    return this.#watch
  }

  get overloaded(): boolean {
    return this.#watch.overloaded
  }

  /** Whether anybody wants the events that every request makes. */
  get perRequest(): boolean {
    return this.#listener?.perRequest === true
  }

  onAdmit(passage: Passage): void {
    this.counters.onAdmit(passage.rank)
    if (!this.perRequest) return
    this.emit({ type: 'admitted', tier: passage.tier, waitedMs: passage.waitedMs })
  }

  onRefuse(refusal: Refusal): Rejection {
    const { queued, drainPerMs } = this.#backlog
    return this.#refuse(refusal, drainPerMs > 0 ? (queued + 1) / drainPerMs : 0)
  }

  #refuse(refusal: Refusal, waitMs: number): Rejection {
    const { rank, reason, waitedMs, nowMs } = refusal
    const isCapacity = isForCapacity(refusal)
    if (isCapacity) this.#limiter.onReject()
    const retryAfterMs = nextRetryAfterMs(waitMs, this.#random())
    this.counters.onReject(rank, reason)
    if (isCapacity) this.#watch.onReject(reason, nowMs)
    if (this.perRequest) {
      this.emit({ type: 'rejected', tier: TIERS[rank] as Tier, reason, waitedMs, retryAfterMs })
    }
    return { admitted: false, reason, retryAfterMs }
  }

  /** A rate is used up until `waitMs` from now. */
  onOverRate(
    rank: number,
    { reason, waitMs }: { readonly reason: RejectReason; readonly waitMs: number },
    nowMs: number,
  ): Rejection {
    return this.#refuse({ rank, reason, waitedMs: 0, nowMs, isOwnDeadline: false }, waitMs)
  }

  /** A waiter was refused after all. */
  onLeave(
    { rank, waitedMs, hasOwnDeadline }: Passage,
    reason: RejectReason,
    nowMs: number,
  ): Rejection {
    const isOwnDeadline = reason === 'expired' && hasOwnDeadline
    return this.onRefuse({ rank, reason, waitedMs, nowMs, isOwnDeadline })
  }

  onRelease(passage: Passage, outcome: Outcome, nowMs: number): void {
    if (!this.perRequest) return
    this.emit({ type: 'released', tier: passage.tier, outcome, heldMs: nowMs - passage.startedMs })
  }

  emit(event: AdmissionEvent): void {
    this.#listener?.onEvent(event)
  }

  /** Disarms the timer. */
  stop(): void {
    this.#watch.stop()
  }
}

/** Of these, a client or a configured bound is the cause, however much the service could carry. */
const NOT_FOR_CAPACITY: ReadonlySet<RejectReason> = new Set([
  'draining',
  'cancelled',
  'tenant-full',
  'tenant-rate',
  'rate',
])

/**
 * Whether a refusal says that the service has too little, rather than that the client or the process
 * goes, that a tenant has all it may have, or that the request brought a deadline too near to wait for.
 */
export function isForCapacity(refusal: Pick<Refusal, 'reason' | 'isOwnDeadline'>): boolean {
  return !refusal.isOwnDeadline && !NOT_FOR_CAPACITY.has(refusal.reason)
}
