import type { Flow, Waiter } from '../fairness/flow.ts'

const INTERVAL_MS = 100
const MIN_TARGET_MS = 5
const MAX_TARGET_MS = INTERVAL_MS / 2
const NEWEST_WEIGHT = 0.1

/** Remembers how fast a flow is served: to be told of each of its starts, while it has waiters. */
export function noteDeparture(flow: Flow, nowMs: number): void {
  if (flow.length === 0) {
    flow.departedMs = -1
    return
  }
  if (flow.departedMs >= 0) flow.gapMs += NEWEST_WEIGHT * (nowMs - flow.departedMs - flow.gapMs)
  flow.departedMs = nowMs
}

/**
 * Whether a waiter whose turn has come is let go: its flow has had waiters for 100 ms on end, and it has
 * waited for more than twice the target. The last waiter of a flow never is: an idle permit helps nobody.
 *
 * The target is the time of two departures, 5 to 50 ms: with the 5 ms of the original, a service of 50
 * requests a second loses a twentieth of its capacity.
 *
 * Source: Nichols and Jacobson, "Controlling queue delay" (ACM Queue, 2012); dropping all that is above
 * twice the target, without their control law, is how folly does it for services.
 */
export function isSloughed({ flow, enqueuedMs }: Waiter, nowMs: number): boolean {
  if (flow.length === 1 || !flow.stands(nowMs)) return false
  const targetMs = Math.min(Math.max(2 * flow.gapMs, MIN_TARGET_MS), MAX_TARGET_MS)
  return nowMs - enqueuedMs > 2 * targetMs
}
