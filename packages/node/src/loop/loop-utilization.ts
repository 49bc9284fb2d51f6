import { type EventLoopUtilization, performance } from 'node:perf_hooks'

/**
 * Share of time the event loop was busy since the last call, 0 to 1. Each function made counts for
 * itself. Since the process began at the first call is never reported: an idle start hides a busy now.
 */
export function createLoopUtilization(): () => number {
  let last: EventLoopUtilization = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return Number.isFinite(utilization) ? Math.min(Math.max(utilization, 0), 1) : 0
  }
}
