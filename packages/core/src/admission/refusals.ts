import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import type { WaitingRoom } from '../queue/waiting-room.ts'
import type { Rejection, RejectReason } from './decision.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { Passage } from './passage.ts'

export interface RefusalsParts {
  readonly room: WaitingRoom
  readonly share: FairShare
  readonly record: DecisionRecord
}

/** Turns requests away, wherever they are by then, and leaves nothing of them behind. */
export class Refusals {
  readonly #room: WaitingRoom
  readonly #share: FairShare
  readonly #record: DecisionRecord

  constructor({ room, share, record }: RefusalsParts) {
    this.#room = room
    this.#share = share
    this.#record = record
  }

  /** At the door, before anything is known of it. */
  atDoor(rank: number, reason: RejectReason, nowMs: number): Rejection {
    // Nobody who has just come can have expired by anything else than its own deadline.
    const isOwnDeadline = reason === 'expired'
    return this.#record.onRefuse({ rank, reason, waitedMs: 0, nowMs, isOwnDeadline })
  }

  /** Before it has begun to wait. */
  beforeWait(flow: Flow, reason: RejectReason, nowMs: number): Rejection {
    this.#share.leave(flow)
    return this.atDoor(flow.rank, reason, nowMs)
  }

  /** Its turn would come after its deadline, which counts only if anybody else would wait as long. */
  doomed(flow: Flow, isOwnDeadline: boolean, nowMs: number): Rejection {
    this.#share.leave(flow)
    const { rank } = flow
    return this.#record.onRefuse({ rank, reason: 'doomed', waitedMs: 0, nowMs, isOwnDeadline })
  }

  /** While it waits. */
  whileWaiting(passage: Passage, reason: RejectReason, nowMs: number): Rejection {
    this.#room.remove(passage)
    this.#share.leave(passage.flow)
    passage.leave(nowMs)
    return this.#record.onLeave(passage, reason, nowMs)
  }
}
