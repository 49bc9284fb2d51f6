import type { ResolvedQueue } from '../admission/admission-options.ts'
import type { Dispatcher } from '../admission/dispatcher.ts'
import type { Flow } from '../fairness/flow.ts'
import type { Limiter } from '../limiter/limiter.ts'
import { maxQueuedNow, STALE_MS, STANDING_INTERVAL_MS } from './room-size.ts'
import type { WaitingLine } from './waiting-line.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface RoomRulesParts {
  readonly room: WaitingRoom
  /** Of all lanes. */
  readonly allPermits: Limiter
  readonly dispatcher: Dispatcher | undefined
  /** How many of all places are this lane's. */
  readonly placesOf: (all: number) => number
}

/** What the state of the queue asks for: how long lines may be, and who in them goes first. */
export class RoomRules {
  readonly #room: WaitingRoom
  readonly #allPermits: Limiter
  readonly #placesOf: RoomRulesParts['placesOf']
  readonly dispatcher: Dispatcher | undefined
  queue: ResolvedQueue | undefined = undefined

  constructor({ room, allPermits, dispatcher, placesOf }: RoomRulesParts) {
    this.#room = room
    this.#allPermits = allPermits
    this.dispatcher = dispatcher
    this.#placesOf = placesOf
  }

  /** How many could wait now. */
  get maxQueued(): number {
    return this.queue === undefined ? 0 : this.#placesOf(this.maxQueuedOfAll)
  }

  /** How many could wait now in all lanes together. */
  get maxQueuedOfAll(): number {
    if (this.queue === undefined) return 0
    return maxQueuedNow(this.queue, this.#allPermits, this.dispatcher)
  }

  /** Whether a line has become a standing queue, which only adds delay. */
  isStanding(line: WaitingLine, nowMs: number): boolean {
    return this.queue?.order === 'auto' && line.isStanding(nowMs, STANDING_INTERVAL_MS)
  }

  /** A standing queue is served newest first until nobody in it has waited for long. */
  isNewestFirst(line: WaitingLine, nowMs: number): boolean {
    const order = this.queue?.order
    if (order !== 'auto') return order === 'lifo'
    return this.#isOverfull(line, nowMs) && line.isStale(nowMs, STALE_MS)
  }

  /** The same within a flow: one that is served soon keeps its order. */
  isNewestFirstIn(flow: Flow, nowMs: number): boolean {
    const order = this.queue?.order
    if (order !== 'auto') return order === 'lifo'
    if (!flow.overflows(nowMs) || !flow.isStale(nowMs, STALE_MS)) return false
    return this.#isOverfull(this.#room.lineOf(flow.rank), nowMs)
  }

  #isOverfull(line: WaitingLine, nowMs: number): boolean {
    return this.isStanding(line, nowMs) && line.refuses
  }
}
