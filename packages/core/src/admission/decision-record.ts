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
}

/** What is in front of a refused client when it comes back. */
export interface Backlog {
  readonly queued: number
  readonly drainPerMs: number
}

/** Keeps account of decisions: counts them, tells the listener, and notices when an overload begins and ends. */
export class DecisionRecord {
  readonly #random: () => number
  readonly #listener: AdmissionListener | undefined
  readonly #watch: OverloadWatch
  readonly counters: AdmissionCounters = new AdmissionCounters()

  constructor(clock: Clock, random: () => number, listener: AdmissionListener | undefined) {
    this.#random = random
    this.#listener = listener
    this.#watch = new OverloadWatch(clock, (spell) => this.emit({ type: 'overload', ...spell }))
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

  onRefuse({ rank, reason, waitedMs, nowMs }: Refusal, { queued, drainPerMs }: Backlog): Rejection {
    const retryAfterMs = nextRetryAfterMs(queued, drainPerMs, this.#random())
    this.counters.onReject(rank, reason)
    if (isForCapacity(reason)) this.#watch.onReject(reason, nowMs)
    if (this.perRequest) {
      this.emit({ type: 'rejected', tier: TIERS[rank] as Tier, reason, waitedMs, retryAfterMs })
    }
    return { admitted: false, reason, retryAfterMs }
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

/** Whether a refusal says that the service has too little, rather than that the client or the process goes. */
export function isForCapacity(reason: RejectReason): boolean {
  return reason !== 'cancelled' && reason !== 'draining'
}
