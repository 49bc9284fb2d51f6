import type { TopTalkers } from '../fairness/top-talkers.ts'
import { OverloadWatch } from '../shed/overload-watch.ts'
import { nextRetryAfterMs } from '../shed/retry-after.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import type { Clock } from '../time/clock.ts'
import { AdmissionCounters } from './admission-counters.ts'
import type { AdmissionEvent, AdmissionListener } from './admission-event.ts'
import type { Rejection, RejectReason } from './decision.ts'
import type { Passage } from './passage.ts'
import type { Outcome } from './permit.ts'

type ShadowEvent = Extract<AdmissionEvent, { readonly type: 'shadow' }>

/** A refusal as it happens. */
export interface Refusal {
  readonly rank: number
  readonly reason: RejectReason
  readonly waitedMs: number
  readonly nowMs: number
  /** What refuses it is its own deadline, not how long anybody may wait. */
  readonly isOwnDeadline: boolean
  /** Nobody acts on it. Default: whether the shadow asks just now. */
  readonly isShadow?: boolean | undefined
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
  /** Whose decisions they are. Default `default`. */
  readonly pool?: string | undefined
  /** Who asks without acting on the answer, and keeps an account of its own. Default nobody. */
  readonly shadow?: { readonly isAsking: boolean } | undefined
  readonly talkers?: TopTalkers | undefined
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
  readonly #pool: string
  readonly #shadow: DecisionRecordParts['shadow']
  readonly #talkers: TopTalkers | undefined
  readonly counters: AdmissionCounters = new AdmissionCounters()

  constructor(parts: DecisionRecordParts) {
    const { clock, random, listener, backlog, limiter, watch, pool = 'default' } = parts
    this.#pool = pool
    this.#shadow = parts.shadow
    this.#talkers = parts.talkers
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

  /** Whether the release of a passage is told to anybody. */
  hears(passage: Passage): boolean {
    if (this.perRequest || this.#listener?.durations !== undefined) return true
    return this.#talkers !== undefined && passage.tenant !== undefined
  }

  onAdmit(passage: Passage): void {
    if (this.#isShadow(passage)) return
    this.counters.onAdmit(passage.rank)
    this.#talkers?.onAdmit(passage.tenant, passage.startedMs)
    this.#listener?.durations?.onWait(passage, passage.waitedMs)
    if (!this.perRequest) return
    const { tier, waitedMs } = passage
    this.emit({ type: 'admitted', tier, pool: this.#pool, waitedMs })
  }

  /** Before its arrival is known, a passage is of whoever asks just now. */
  #isShadow({ arrival }: Passage): boolean {
    if (arrival === undefined) return this.#shadow?.isAsking === true
    return arrival.isShadow === true
  }

  onRefuse(refusal: Refusal): Rejection {
    const { queued, drainPerMs } = this.#backlog
    return this.#refuse(refusal, drainPerMs > 0 ? (queued + 1) / drainPerMs : 0)
  }

  #refuse(refusal: Refusal, waitMs: number): Rejection {
    const { rank, reason, waitedMs, nowMs, isShadow = this.#shadow?.isAsking } = refusal
    const isCapacity = isForCapacity(refusal)
    if (isCapacity) this.#limiter.onReject()
    const retryAfterMs = nextRetryAfterMs(waitMs, this.#random())
    if (isShadow) return { admitted: false, reason, retryAfterMs }
    this.counters.onReject(rank, reason)
    if (isCapacity) this.#watch.onReject(reason, nowMs)
    if (this.perRequest) {
      const [tier, pool] = [TIERS[rank] as Tier, this.#pool]
      this.emit({ type: 'rejected', tier, pool, reason, waitedMs, retryAfterMs })
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
  onLeave(passage: Passage, reason: RejectReason, nowMs: number): Rejection {
    const { rank, waitedMs, hasOwnDeadline } = passage
    const isOwnDeadline = reason === 'expired' && hasOwnDeadline
    const isShadow = this.#isShadow(passage)
    if (!isShadow) this.#talkers?.onReject(passage.tenant, reason, nowMs)
    return this.onRefuse({ rank, reason, waitedMs, nowMs, isOwnDeadline, isShadow })
  }

  onRelease(passage: Passage, outcome: Outcome, nowMs: number): void {
    if (this.#isShadow(passage)) return
    const heldMs = nowMs - passage.startedMs
    this.#talkers?.onRelease(passage.tenant, heldMs * passage.cost, nowMs)
    this.#listener?.durations?.onService(passage, outcome, heldMs)
    if (!this.perRequest) return
    this.emit({ type: 'released', tier: passage.tier, pool: this.#pool, outcome, heldMs })
  }

  /** A request has ended that ran whatever would have been said to it. */
  onShadow(
    passage: Passage,
    told: Pick<ShadowEvent, 'would' | 'waitedMs' | 'outcome' | 'heldMs'>,
  ): void {
    if (this.perRequest)
      this.emit({ type: 'shadow', tier: passage.tier, pool: this.#pool, ...told })
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
