import type { FlowGroup } from './flow.ts'

const LEAST_PLACES = 8
const PLACES_RATIO = 0.25

/** What one tenant may have waiting and in flight, in all tiers together. Others have no such bound. */
export class TenantCaps {
  #maxInFlightRatio = 1
  #maxQueued: number | undefined = undefined

  /** `maxQueued` undefined: derived from the room. */
  update(maxInFlightRatio: number, maxQueued: number | undefined): void {
    this.#maxInFlightRatio = maxInFlightRatio
    this.#maxQueued = maxQueued
  }

  /** Whether one more request may wait; `places` is how many of all may. */
  maySend(group: FlowGroup, places: number): boolean {
    if (!group.isTenant) return true
    const most = this.#maxQueued ?? Math.max(LEAST_PLACES, Math.floor(places * PLACES_RATIO))
    return group.queued < most
  }

  /** Whether a request of this cost may start. One may always: or a small limit would stop everybody. */
  mayStart(group: FlowGroup, cost: number, limit: number): boolean {
    if (!group.isTenant || group.inFlight === 0) return true
    return group.inFlight + cost <= Math.ceil(this.#maxInFlightRatio * limit)
  }
}
