import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import type { WaitingRoom } from '../queue/waiting-room.ts'
import type { RateGate } from '../rate/rate-gate.ts'
import type { RateRefusal } from '../rate/rate-keeper.ts'
import type { Rejection, RejectReason } from './decision.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { Passage } from './passage.ts'

/** A request that has come in as far as its flow. */
export interface Entry {
  readonly flow: Flow
  /** Permits and tokens that it takes. */
  readonly cost: number
}

export interface RefusalsParts {
  readonly room: WaitingRoom
  readonly share: FairShare
  readonly record: DecisionRecord
  readonly rates: RateGate
}

/** Turns requests away, wherever they are by then, and leaves nothing of them behind. */
export class Refusals {
  readonly #room: WaitingRoom
  readonly #share: FairShare
  readonly #record: DecisionRecord
  readonly #rates: RateGate

  constructor({ room, share, record, rates }: RefusalsParts) {
    this.#room = room
    this.#share = share
    this.#record = record
    this.#rates = rates
  }

  /** At the door, before anything is known of it. */
  atDoor(rank: number, reason: RejectReason, nowMs: number): Rejection {
    // Nobody who has just come can have expired by anything else than its own deadline.
    const isOwnDeadline = reason === 'expired'
    return this.#record.onRefuse({ rank, reason, waitedMs: 0, nowMs, isOwnDeadline })
  }

  /** It comes faster than it may. The tokens it would take come back by themselves. */
  overRate(flow: Flow, refusal: RateRefusal, nowMs: number): Rejection {
    this.#share.leave(flow)
    return this.#record.onOverRate(flow.rank, refusal, nowMs)
  }

  /** Before it has begun to wait. */
  beforeWait(entry: Entry, reason: RejectReason, nowMs: number): Rejection {
    this.#leave(entry)
    return this.atDoor(entry.flow.rank, reason, nowMs)
  }

  /** Its turn would come after its deadline, which counts only if anybody else would wait as long. */
  doomed(entry: Entry, isOwnDeadline: boolean, nowMs: number): Rejection {
    this.#leave(entry)
    const { rank } = entry.flow
    return this.#record.onRefuse({ rank, reason: 'doomed', waitedMs: 0, nowMs, isOwnDeadline })
  }

  /** While it waits. */
  whileWaiting(passage: Passage, reason: RejectReason, nowMs: number): Rejection {
    this.#room.remove(passage, nowMs)
    this.#leave(passage)
    passage.leave(nowMs, reason)
    return this.#record.onLeave(passage, reason, nowMs)
  }

  #leave({ flow, cost }: Entry): void {
    this.#rates.giveBack(flow, cost)
    this.#share.leave(flow)
  }
}
