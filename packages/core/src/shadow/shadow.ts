import type { AdmissionRequest } from '../admission/admission-request.ts'
import type { Rejection } from '../admission/decision.ts'
import type { DecisionRecord } from '../admission/decision-record.ts'
import { type Arrival, Passage, type PassageKeeper } from '../admission/passage.ts'
import type { Outcome } from '../admission/permit.ts'
import { Flow, FlowGroup } from '../fairness/flow.ts'
import { DEFAULT_POOL } from '../pool/pool-options.ts'
import { TIERS } from '../shed/tier.ts'
import type { Clock } from '../time/clock.ts'
import { type ShadowAnswer, ShadowCounters, type ShadowCounts } from './shadow-counters.ts'

/** Who is asked what would be said. */
export interface ShadowedAdmission {
  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection
  cancel(passage: Passage): boolean
}

/** Where its decisions are kept account of, by pool. */
export interface ShadowedLanes {
  readonly pools: { readonly names: readonly string[] }
  readonly all: readonly { readonly record: DecisionRecord }[]
}

/** The state of a shadow as plain JSON. */
export interface ShadowSnapshot {
  /** Running in fact, whatever would have been said to them. */
  readonly inFlight: number
  /** By pool. */
  readonly requests: Readonly<Record<string, ShadowCounts>>
}

/** One request in shadow: what would have been said to it, so far. */
class ShadowStay implements Arrival {
  readonly isShadow = true
  readonly admission: ShadowedAdmission
  would: ShadowAnswer = 'waiting'
  waitedMs = 0
  /** Its way through the admission that is asked; `undefined` when that refused it at once. */
  passage: Passage | undefined = undefined
  /** What it taught in fact. */
  outcome: Outcome | undefined = undefined

  constructor(admission: ShadowedAdmission) {
    this.admission = admission
  }

  onAdmit(): void {
    this.would = 'admitted'
    this.waitedMs = this.passage?.waitedMs ?? 0
  }

  onReject({ reason }: Rejection): void {
    this.would = reason
    this.waitedMs = this.passage?.waitedMs ?? 0
  }
}

/**
 * Lets every request run at once, and keeps account of what an admission says to it: decides and counts,
 * and never acts. A request that would have been refused is counted with the way it ended in fact.
 *
 * The admission is asked in earnest: its limit learns from those it would have admitted, which share the
 * service with those it would have refused. So under overload it says less than it would in earnest.
 */
export class Shadow implements PassageKeeper {
  readonly #clock: Clock
  #lanes: ShadowedLanes | undefined = undefined
  #counters: readonly ShadowCounters[] = []
  readonly #stays = new WeakMap<Passage, ShadowStay>()
  #isAsking = false
  #inFlight = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** True while the shadow asks: what is decided now is nothing that happens. */
  get isAsking(): boolean {
    return this.#isAsking
  }

  /** Running in fact. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Called by the lanes of the admission that is asked. */
  attach(lanes: ShadowedLanes): void {
    this.#lanes = lanes
    this.#counters = lanes.all.map(() => new ShadowCounters())
  }

  /** Asks, and lets it run whatever the answer. */
  pass(admission: ShadowedAdmission, request?: AdmissionRequest): Passage {
    const stay = new ShadowStay(admission)
    this.#isAsking = true
    try {
      const answer = admission.offer(request, stay)
      if (answer.admitted) {
        answer.arrival = stay
        stay.passage = answer
        if (answer.state === 'running') stay.onAdmit()
      } else {
        stay.would = answer.reason
      }
    } finally {
      this.#isAsking = false
    }
    const real = new Passage(this, stay.passage?.flow ?? this.#flowOf(request), undefined)
    this.#stays.set(real, stay)
    return this.#start(real)
  }

  /** What would have been said so far to one that `pass` let run; `undefined` for any other. */
  wouldOf(real: Passage): { readonly would: ShadowAnswer; readonly waitedMs: number } | undefined {
    return this.#stays.get(real)
  }

  /** Called by a passage. */
  sample(real: Passage, outcome: Outcome): void {
    const stay = this.#stays.get(real) as ShadowStay
    stay.outcome = outcome
    stay.passage?.sample(outcome)
  }

  /** Called by a passage. */
  release(real: Passage, released: Outcome): void {
    const nowMs = this.#clock.nowMs()
    this.#inFlight -= 1
    const record = this.#recordOf(real)
    const stay = this.#stays.get(real) as ShadowStay
    const { would, waitedMs, outcome = released } = stay
    ;(this.#counters[real.lane] as ShadowCounters).onEnd(real.rank, would, outcome)
    record.onRelease(real, outcome, nowMs)
    record.onShadow(real, { would, waitedMs, outcome, heldMs: nowMs - real.startedMs })
    this.#leave(stay, outcome)
  }

  /** Its place in the admission that is asked is free again. */
  #leave({ passage, admission }: ShadowStay, outcome: Outcome): void {
    if (passage === undefined) return
    if (passage.state === 'queued') admission.cancel(passage)
    else passage.release(outcome)
  }

  snapshot(): ShadowSnapshot {
    const names = this.#lanes?.pools.names ?? []
    const requests = names.map((name, index) => [
      name,
      (this.#counters[index] as ShadowCounters).counts,
    ])
    return { inFlight: this.#inFlight, requests: Object.fromEntries(requests) }
  }

  #start(real: Passage): Passage {
    const nowMs = this.#clock.nowMs()
    this.#inFlight += 1
    real.enqueuedMs = nowMs
    real.start(nowMs, this.#inFlight)
    this.#recordOf(real).onAdmit(real)
    return real
  }

  #recordOf({ lane }: Passage): DecisionRecord {
    return ((this.#lanes as ShadowedLanes).all[lane] as ShadowedLanes['all'][number]).record
  }

  /** For one that was refused before it had a flow. */
  #flowOf(request: AdmissionRequest | undefined): Flow {
    const { names } = (this.#lanes as ShadowedLanes).pools
    const rank = TIERS.indexOf(request?.tier ?? 'important')
    const tenant = typeof request?.tenant === 'string' ? request.tenant : undefined
    const group = new FlowGroup(tenant ?? '', { isTenant: tenant !== undefined, isKept: false }, 1)
    const flow = new Flow(group, rank === -1 ? TIERS.indexOf('important') : rank)
    const lane = names.indexOf(request?.pool ?? DEFAULT_POOL)
    flow.lane = lane === -1 ? names.indexOf(DEFAULT_POOL) : lane
    return flow
  }
}
