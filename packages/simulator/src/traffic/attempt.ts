import type { AdmissionRequest, Passage, RejectReason } from '@headgate/core'
import type { Call } from './call.ts'

/** `offered` → `running` → `served`, perhaps through `waiting`; or `refused`, or `left` while waiting. */
export type AttemptState = 'offered' | 'waiting' | 'running' | 'served' | 'refused' | 'left'

/** What a request needs, beside the fields that the core reads. */
export interface AttemptNeeds {
  readonly id: number
  readonly call: Call
  readonly request: AdmissionRequest & {
    readonly tenant?: string | undefined
    readonly anonymous?: string | undefined
    readonly flow?: string | undefined
    readonly cost?: number | undefined
  }
  readonly workMs: number
  /** Hears once of the end: served, refused, or left. */
  readonly onEnd: (attempt: Attempt) => void
}

/** One try of a call, on its way through the gate. */
export class Attempt {
  readonly id: number
  readonly call: Call
  readonly request: AttemptNeeds['request']
  readonly workMs: number
  readonly onEnd: (attempt: Attempt) => void
  readonly offeredMs: number
  state: AttemptState = 'offered'
  /** Its place in the waiting room, while it has one. */
  passage: Passage | undefined = undefined
  reason: RejectReason | undefined = undefined
  startedMs = 0
  endedMs = 0
  /** Its client has stopped waiting for it. */
  isAbandoned = false

  constructor({ id, call, request, workMs, onEnd }: AttemptNeeds, offeredMs: number) {
    this.id = id
    this.call = call
    this.request = request
    this.workMs = workMs
    this.onEnd = onEnd
    this.offeredMs = offeredMs
  }

  get tenant(): string | undefined {
    return this.request.tenant
  }

  get cost(): number {
    return this.request.cost ?? 1
  }

  /** From the offer to the permit. */
  get waitedMs(): number {
    return this.startedMs - this.offeredMs
  }

  /** Whether it has had a permit. */
  get hasStarted(): boolean {
    return this.state === 'running' || this.state === 'served'
  }
}
