import { AsyncResource } from 'node:async_hooks'
import type { Passage, Rejection, Tier } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { AskingRequest } from './asking-request.ts'
import type { RequestHandle } from './request-handle.ts'
import { type VisitEnd, VisitSignal } from './visit-signal.ts'

/** The part of a visit that handlers see: what is known of its request, and whether anybody still needs its work. */
export abstract class VisitHandle extends AsyncResource implements RequestHandle {
  readonly #admission: Admission
  protected passage: Passage | undefined = undefined
  #asking: AskingRequest | undefined = undefined
  #deadlineAtMs = Number.POSITIVE_INFINITY
  #signal: VisitSignal | undefined = undefined
  /** Why nobody needs its work, told before anybody asked. */
  #end: VisitEnd | undefined = undefined
  #isAnswered = false

  constructor(admission: Admission) {
    super('HeadgateVisit')
    this.#admission = admission
  }

  /** Whose gate let it in. */
  get admission(): Admission {
    return this.#admission
  }

  get tier(): Tier {
    return this.#asking?.statedTier ?? this.passage?.tier ?? 'important'
  }

  get tenant(): string | undefined {
    return this.passage?.tenant
  }

  get pool(): string {
    const { poolNames } = this.#admission
    return poolNames[this.passage?.lane ?? poolNames.indexOf('default')] as string
  }

  get startedMs(): number {
    return this.passage?.startedMs ?? 0
  }

  get waitedMs(): number {
    return this.passage?.waitedMs ?? 0
  }

  get pressure(): number {
    return this.#admission.pressure
  }

  get degraded(): boolean {
    return this.#admission.degraded
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const remainingMs = this.#isAnswered ? Number.POSITIVE_INFINITY : this.remainingMs()
      this.#signal = new VisitSignal(this.#admission.clock, remainingMs)
      if (this.#end !== undefined) this.#signal.abort(this.#end)
    }
    return this.#signal.signal
  }

  get attempt(): number {
    return this.#asking?.attempt ?? 1
  }

  remainingMs(): number {
    if (this.#deadlineAtMs === Number.POSITIVE_INFINITY) return this.#deadlineAtMs
    return Math.max(0, this.#deadlineAtMs - this.#admission.clock.nowMs())
  }

  abstract release(): void

  /** Tells whoever traces it how its wait ended. */
  protected tell(decision: Passage | Rejection): void {
    const asking = this.#asking
    asking?.trace?.onDecision(decision, asking)
  }

  /** For logs and answers: what else it has leads around in circles. What it has none of is left out. */
  toJSON(): Record<string, unknown> {
    const { tier, tenant, pool, startedMs, waitedMs, pressure, degraded, attempt } = this
    const known = { tier, tenant, pool, startedMs, waitedMs, pressure, degraded, attempt }
    const remainingMs = this.remainingMs()
    return Number.isFinite(remainingMs) ? { ...known, remainingMs } : known
  }

  /** Takes over what was asked, and what the admission gave. */
  protected state(passage: Passage, asking: AskingRequest): void {
    this.passage = passage
    this.#asking = asking
    const { deadlineMs } = asking
    // What a user's function answered may be anything.
    if (typeof deadlineMs === 'number' && !Number.isNaN(deadlineMs)) {
      this.#deadlineAtMs = passage.enqueuedMs + deadlineMs
    }
  }

  /** What it would ask now: the same, with what is left of its time. */
  protected askingNow(): AskingRequest {
    const left = this.remainingMs()
    return { ...this.#asking, deadlineMs: left === Number.POSITIVE_INFINITY ? undefined : left }
  }

  /** Its answer was sent: nothing will end its signal any more. */
  protected settle(): void {
    this.#isAnswered = true
    this.#signal?.stop()
  }

  /** Nobody needs its work any more. Only the first reason counts. */
  protected abort(end: VisitEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#signal?.abort(end)
  }
}
