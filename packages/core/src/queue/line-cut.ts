import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import type { WaitingRoom } from './waiting-room.ts'

/**
 * What a standing queue is cut down to. Half of the wait that makes it one: clients that wait for their
 * answers before they ask again must not be refused for a queue that is only as long as they are many.
 */
const STANDING_MS = 25
/**
 * Beyond that, so many of the jobs that are under way at any moment: while one of 50 ms runs, forty of
 * 1 ms come in, and a line too short to hold them is empty before the turn of their flow is over.
 */
const JOBS = 2
/** A flow that does not overflow comes in bursts at most, which the noisy must not keep out. */
const BURST_FACTOR = 2
/** With twice as much coming as can be served, eight waiters run out once in some hundred turns. */
const MIN_PLACES = 8

/**
 * How many waiters a standing queue has too many with one more of `flow`; 0 or less when there is a
 * place. A short line is all that keeps the service busy: who finds it taken hears so at once, and who
 * gets in is served soon.
 *
 * There is a place while the whole line is short, or while the flow's own wait would be: flows share
 * the service, so that the wait of one is not the length of all. Of a flow that has its turn seldom, or
 * whose jobs are long, fewer may wait.
 *
 * @param share the part of the line that the tier of `flow` may use: above 0, up to 1
 * @param most permits that may be in use now. The mean of those that were lags behind a limit that has been lowered, where work is
 *   sooner done: by that mean alone a line of 50 would for some tens of milliseconds be one of 100.
 */
export function standingExcess(
  flow: Flow,
  { room, share: flows }: { readonly room: WaitingRoom; readonly share: FairShare },
  { share, most, nowMs }: { readonly share: number; readonly most: number; readonly nowMs: number },
): number {
  const { drainPerMs, drainJobMs, drainBusy } = room
  const factor = flow.overflows(nowMs) ? 1 : BURST_FACTOR
  const waitMs = (STANDING_MS * factor + JOBS * drainJobMs) * share
  const least = MIN_PLACES * factor * share
  const inLine = Math.max(1, Math.ceil(Math.max(least, drainPerMs * waitMs)))
  const excess = room.lineOf(flow.rank).length + 1 - inLine
  if (excess <= 0 || drainPerMs === 0) return excess
  // Each of the others has one turn before it, about.
  const queue = flows.queueOf(flow.rank)
  const ownMs = waitMs - queue.othersOf(flow) / drainPerMs
  if (ownMs <= 0) return excess
  const { weight } = flow.group
  const part = weight / (weight + queue.weightOfOthers(flow))
  const slotMs = flows.expectedSlotMs(flow)
  const perMs = slotMs === 0 ? drainPerMs : Math.min(drainBusy, most) / slotMs
  const own = Math.ceil(Math.max(least * part, perMs * part * ownMs))
  return Math.min(excess, flow.length + 1 - own)
}
