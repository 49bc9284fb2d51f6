import { Admission } from '../../src/admission/admission.ts'
import type { AdmissionEvent } from '../../src/admission/admission-event.ts'
import type { AdmissionOptions } from '../../src/admission/admission-options.ts'
import type { AdmissionRequest } from '../../src/admission/admission-request.ts'
import type { Rejection } from '../../src/admission/decision.ts'
import type { Dispatcher } from '../../src/admission/dispatcher.ts'
import type { Arrival, Passage } from '../../src/admission/passage.ts'
import type { Permit } from '../../src/admission/permit.ts'
import type { Limit } from '../../src/limit/limit.ts'
import type { Sample } from '../../src/limit/sample.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

/** A limit that does what the test says: at once through `current`, or with the next sample through `next`. */
export class ScriptedLimit implements Limit {
  current: number
  next: number | undefined = undefined
  readonly samples: Sample[] = []
  rejected = 0

  constructor(current: number) {
    this.current = current
  }

  onSample(sample: Sample): void {
    this.samples.push({ ...sample })
    if (this.next !== undefined) this.current = this.next
    this.next = undefined
  }

  onReject(): void {
    this.rejected += 1
  }

  snapshot(): Record<string, number> {
    return { limit: this.current }
  }
}

/** Asks for nothing by itself: the test pumps. */
export class ManualDispatcher implements Dispatcher {
  startMs = 0.1
  woken = 0
  isAwake = false

  wake(): void {
    this.woken += 1
  }
}

interface GuestHooks {
  readonly onAdmit?: (guest: Guest) => void
  readonly onReject?: (guest: Guest) => void
}

/** One request in a test: remembers everything it was told, at once or later. */
export class Guest implements Arrival {
  readonly name: string
  readonly #hooks: GuestHooks
  readonly #nowMs: () => number
  /** Answers heard, in any way. More than one is a defect. */
  heard = 0
  passage: Passage | undefined = undefined
  permit: Permit | undefined = undefined
  rejection: Rejection | undefined = undefined
  heardAtMs: number = Number.NaN
  /** The answer came as the return value of the offer. */
  atOnce = false

  constructor(name: string, nowMs: () => number, hooks: GuestHooks) {
    this.name = name
    this.#nowMs = nowMs
    this.#hooks = hooks
  }

  get state(): string {
    return this.rejection?.reason ?? this.passage?.state ?? 'unknown'
  }

  onAdmit(permit: Permit): void {
    this.heard += 1
    this.heardAtMs = this.#nowMs()
    this.permit = permit
    this.#hooks.onAdmit?.(this)
  }

  onReject(rejection: Rejection): void {
    this.heard += 1
    this.heardAtMs = this.#nowMs()
    this.rejection = rejection
    this.#hooks.onReject?.(this)
  }

  release(): void {
    this.permit?.release()
  }
}

export interface HarnessSettings extends AdmissionOptions {
  readonly limit?: number
  readonly dispatcher?: ManualDispatcher
  /** Whether the events that every request makes are wanted. Default false. */
  readonly perRequest?: boolean
}

/** An admission on a virtual clock, with all its surroundings in the test's hands. */
export class Harness {
  readonly clock: VirtualClock = new VirtualClock()
  readonly limit: ScriptedLimit
  readonly pressure: { level: number; isHard: boolean } = { level: 0, isHard: false }
  readonly events: AdmissionEvent[] = []
  readonly admission: Admission
  #guests = 0

  constructor({ limit = 1, dispatcher, perRequest = false, ...options }: HarnessSettings = {}) {
    this.limit = new ScriptedLimit(limit)
    this.admission = new Admission(
      {
        clock: this.clock,
        random: () => 0.5,
        limit: this.limit,
        pressure: this.pressure,
        dispatcher,
        listener: { perRequest, onEvent: (event) => this.events.push(event) },
      },
      options,
    )
  }

  /** What a host does: offers, and takes the answer whichever way it comes. */
  offer(request?: AdmissionRequest, hooks: GuestHooks & { readonly name?: string } = {}): Guest {
    this.#guests += 1
    const name = hooks.name ?? String(this.#guests)
    const guest = new Guest(name, () => this.clock.nowMs(), hooks)
    const answer = this.admission.offer(request, guest)
    if (answer.admitted) guest.passage = answer
    guest.atOnce = !answer.admitted || answer.state === 'running'
    if (!answer.admitted) guest.onReject(answer)
    else if (answer.state === 'running') guest.onAdmit(answer)
    return guest
  }

  offerMany(count: number, request?: AdmissionRequest): Guest[] {
    return Array.from({ length: count }, () => this.offer(request))
  }
}

export function states(guests: readonly Guest[]): string[] {
  return guests.map(({ state }) => state)
}
