import type { ResolvedQueue } from '../admission/admission-options.ts'
import type { Dispatcher } from '../admission/dispatcher.ts'
import type { Flow } from '../fairness/flow.ts'
import type { Limiter } from '../limiter/limiter.ts'
import { maxQueuedNow, STALE_MS, STANDING_INTERVAL_MS } from './room-size.ts'
import type { WaitingLine } from './waiting-line.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** Where a job takes longer, a line that is short already makes everybody wait as long as a stale one. */
const LONG_JOB_MS = 10

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

  /** A standing queue that refuses is served newest first until nobody in it has waited for long, but while it is run down. */
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
    return this.isStanding(line, nowMs) && line.refuses && !this.#runsDown(line, nowMs)
  }

  /**
   * Whether what has queued before it was known that the line stands may be served in order: all of it can be in the
   * longest wait, and nobody else is let in meanwhile. Else that many would hear after 50 ms and more that they waited in vain.
   */
  #runsDown(line: WaitingLine, nowMs: number): boolean {
    if (!line.standsSince(nowMs, STANDING_INTERVAL_MS)) return false
    const { drainPerMs, drainJobMs } = this.#room
    const most = drainPerMs * (this.queue?.maxWaitMs ?? 0)
    return drainJobMs <= LONG_JOB_MS && line.length <= most
  }
}
