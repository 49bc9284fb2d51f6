import { FairShare } from '../fairness/fair-share.ts'
import type { LaneLimiter } from '../limiter/lane-limiter.ts'
import type { Limiter } from '../limiter/limiter.ts'
import { RoomKeeper } from '../queue/room-keeper.ts'
import { WaitingRoom } from '../queue/waiting-room.ts'
import type { RateGate } from '../rate/rate-gate.ts'
import type { OverloadWatch } from '../shed/overload-watch.ts'
import type { Pressure } from '../shed/pressure.ts'
import type { ResolvedAdmissionOptions } from './admission-options.ts'
import type { AdmissionParts } from './admission-parts.ts'
import type { RejectReason } from './decision.ts'
import { DecisionRecord } from './decision-record.ts'
import type { Passage } from './passage.ts'
import { Refusals } from './refusals.ts'

/** What the lanes of an admission have in common. */
export interface SharedParts extends AdmissionParts {
  readonly pressure: Pressure
  readonly limiter: Limiter
  readonly rates: RateGate
  /** Takes a waiter out of its room and tells whoever asked for it. */
  readonly onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void
}

/** What is a lane's own. */
export interface OwnParts {
  /** Its place among the lanes. */
  readonly index: number
  readonly pool: string
  readonly limiter: LaneLimiter
  readonly placesOf: (all: number) => number
  readonly watch: OverloadWatch | undefined
}

/**
 * Where the requests of one pool wait and what is kept of them: a room, its keeper, the shares of flows,
 * the permits, and the account. Without pools there is one.
 */
export interface Lane {
  readonly index: number
  readonly limiter: LaneLimiter
  readonly share: FairShare
  readonly room: WaitingRoom
  readonly keeper: RoomKeeper
  readonly record: DecisionRecord
  readonly refusals: Refusals
}

export function createLane(
  shared: SharedParts,
  { index, pool, limiter, placesOf, watch }: OwnParts,
  options: ResolvedAdmissionOptions,
): Lane {
  const { clock, random, listener, pressure, dispatcher, rates, onEvict } = shared
  const share = new FairShare(random, index)
  const room = new WaitingRoom(clock, share, onEvict)
  const { shadow, talkers } = shared
  const record = new DecisionRecord({
    ...{ clock, random, listener, backlog: room, limiter, watch },
    ...{ pool, shadow, talkers },
  })
  const allPermits = shared.limiter
  const keeper = new RoomKeeper(
    { room, share, limiter, allPermits, placesOf, pressure, dispatcher, random, onEvict },
    options,
  )
  const refusals = new Refusals({ room, share, record, rates })
  return { index, limiter, share, room, keeper, record, refusals }
}
