import type { RateGate } from '../rate/rate-gate.ts'
import type { Clock } from '../time/clock.ts'
import type { AdmissionRequest } from './admission-request.ts'
import type { AdmissionState } from './admission-snapshot.ts'
import type { Rejection, RejectReason } from './decision.ts'

/** From this pressure on nothing is done that nobody waits for: `shedAt.opportunistic` of the defaults. */
const SPARE_BELOW = 0.2

export interface DoorParts extends AdmissionState {
  readonly clock: Clock
  readonly rates: RateGate
}

/**
 * What is asked before a permit is, and all that is asked of what takes none. A request that is answered with the
 * work of another takes its own tokens all the same; work that nobody waits for asks whether anything is left over.
 */
export class Door {
  readonly #parts: DoorParts

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  /** Why a request is refused whatever else is known of it. */
  refusal(request: AdmissionRequest | undefined, rank: number): RejectReason | undefined {
    const { drainState, pressure, reader } = this.#parts
    if (drainState.draining) return 'draining'
    if (pressure.isHard && rank > 0) return 'pressure'
    return reader.refusedBefore(request)
  }

  /** Nobody waits, a permit is free, and the process is well. */
  get isSpare(): boolean {
    const { lanes, limiter, pressure, drainState } = this.#parts
    return (
      !drainState.draining && lanes.queued === 0 && limiter.hasRoom && pressure.level < SPARE_BELOW
    )
  }

  /** Takes the tokens of a request, or refuses it. Those of one that asks for a permit after all go back: `refund`. */
  charge(request: AdmissionRequest | undefined): Rejection | undefined {
    const { clock, lanes, rates, reader, drainState } = this.#parts
    const nowMs = clock.nowMs()
    const rank = reader.rankOf(request?.tier)
    const { share, keeper, refusals } = lanes.of(request)
    if (drainState.draining) return refusals.atDoor(rank, 'draining', nowMs)
    const flow = share.enter(request, rank, nowMs)
    const overRate = rates.take(flow, reader.costOf(request, keeper))
    if (overRate !== undefined) return refusals.overRate(flow, overRate, nowMs)
    share.leave(flow)
    return undefined
  }

  /** Once for each request that was charged, and is not answered without a permit after all. */
  refund(request: AdmissionRequest | undefined): void {
    const { clock, lanes, rates, reader } = this.#parts
    const { share, keeper } = lanes.of(request)
    const flow = share.enter(request, reader.rankOf(request?.tier), clock.nowMs())
    rates.giveBack(flow, reader.costOf(request, keeper))
    share.leave(flow)
  }
}
