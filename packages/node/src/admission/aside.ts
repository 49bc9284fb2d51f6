import type { AdmissionRequest, Rejection } from '@headgate/core'
import { CoalesceCounters } from '../coalesce/coalesce-counters.ts'
import type { AdmissionMode } from './runtime-options.ts'

/** The side of a core admission for what takes no permit. */
export interface CoreDoor {
  readonly isSpare: boolean
  charge(request: AdmissionRequest | undefined): Rejection | undefined
  refund(request: AdmissionRequest | undefined): void
}

/** What an admission is set to now: a refusal for all, and whether it refuses at all. */
export interface AdmissionStance {
  readonly forced: Rejection | undefined
  readonly mode: AdmissionMode
}

/** What takes no permit: requests that share the answer to another, and work that nobody waits for. */
export class Aside {
  readonly coalesced: CoalesceCounters = new CoalesceCounters()
  readonly #door: CoreDoor
  readonly #stance: () => AdmissionStance

  constructor(door: CoreDoor, stance: () => AdmissionStance) {
    this.#door = door
    this.#stance = stance
  }

  /** For work that nobody waits for: nobody waits for a permit, one is free, and the process is well. */
  get isSpare(): boolean {
    return this.#stance().forced === undefined && this.#door.isSpare
  }

  /** Takes the tokens of a request that is answered without a permit, or refuses it. */
  charge(request: AdmissionRequest): Rejection | undefined {
    const { forced, mode } = this.#stance()
    // In shadow nobody is refused, and tokens are a matter of what is refused.
    if (mode !== 'enforce') return undefined
    return forced ?? this.#door.charge(request)
  }

  /** Gives them back, for a request that is to ask for a permit after all. */
  refund(request: AdmissionRequest): void {
    if (this.#stance().mode === 'enforce') this.#door.refund(request)
  }
}
