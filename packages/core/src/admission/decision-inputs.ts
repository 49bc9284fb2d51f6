import type { LaneLimiter } from '../limiter/lane-limiter.ts'
import type { Limiter } from '../limiter/limiter.ts'
import type { RoomKeeper } from '../queue/room-keeper.ts'
import type { WaitingRoom } from '../queue/waiting-room.ts'
import type { Pressure } from '../shed/pressure.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import type { AdmissionRequest } from './admission-request.ts'

/** Everything that a decision is made from, as it was when the request came. Plain JSON. */
export interface DecisionInputs {
  readonly tier: Tier
  readonly pool: string
  readonly tenant: string | undefined
  readonly cost: number
  /** Milliseconds left when it came; `undefined` without a deadline. */
  readonly deadlineMs: number | undefined
  readonly limit: number
  /** The limit's own account: why it is what it is. */
  readonly limitState: Readonly<Record<string, number | string | boolean>>
  readonly inFlight: number
  readonly queued: number
  readonly poolInFlight: number
  /** How many permits the pool may have. */
  readonly poolMost: number
  readonly poolQueued: number
  readonly poolMaxQueued: number
  /** So many may wait in the pool when a request of this tier comes, so that it is not shed. */
  readonly tierPlaces: number
  /** Longest wait in milliseconds; 0 without a queue. */
  readonly maxWaitMs: number
  readonly drainPerSecond: number
  /** 0 to 1. */
  readonly pressure: number
  readonly isHardPressure: boolean
}

/** What is read of the lanes. */
interface ReadLanes {
  readonly pools: { readonly names: readonly string[] }
  readonly queued: number
  readonly all: readonly {
    readonly limiter: LaneLimiter
    readonly room: WaitingRoom
    readonly keeper: RoomKeeper
  }[]
}

/** What is read of the rest of the admission. */
interface ReadFrom {
  readonly limiter: Limiter
  readonly pressure: Pressure
}

/** Reads what a decision would be made from, without making it. O(pools). */
export class InputReader {
  #lanes: ReadLanes | undefined = undefined
  #from: ReadFrom | undefined = undefined

  /** Called by the lanes of the admission that it reads. */
  attach(lanes: ReadLanes, from: ReadFrom): void {
    this.#lanes = lanes
    this.#from = from
  }

  /** @throws when it is part of no admission */
  read(request: AdmissionRequest = {}): DecisionInputs {
    const lanes = this.#lanes as ReadLanes
    const { limiter, pressure } = this.#from as ReadFrom
    const { names } = lanes.pools
    // Not by `lanes.of`: that counts an unknown name, and the decision itself will.
    const known = names.indexOf(request.pool ?? '')
    const index = known === -1 ? names.indexOf('default') : known
    const lane = lanes.all[index] as ReadLanes['all'][number]
    const rank = TIERS.indexOf(request.tier ?? 'important')
    const tier = TIERS[rank] ?? 'important'
    return {
      tier,
      pool: names[index] as string,
      tenant: request.tenant,
      cost: request.cost ?? 1,
      deadlineMs: request.deadlineMs,
      limit: limiter.limit.current,
      limitState: limiter.limit.snapshot(),
      inFlight: limiter.inFlight,
      queued: lanes.queued,
      poolInFlight: lane.limiter.inFlight,
      poolMost: lane.limiter.most,
      poolQueued: lane.room.queued,
      poolMaxQueued: lane.keeper.maxQueued,
      tierPlaces: lane.keeper.placesOf(TIERS.indexOf(tier)),
      maxWaitMs: lane.keeper.maxWaitMs,
      drainPerSecond: lane.room.drainPerMs * 1_000,
      pressure: pressure.level,
      isHardPressure: pressure.isHard,
    }
  }
}
