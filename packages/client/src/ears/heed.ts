import type { ResponseHeaders } from '../handler/handler.ts'
import type { Seat } from '../service/service.ts'
import { loadReport } from './load-report.ts'
import { rateLimitWaitMs } from './rate-limit.ts'

const NO_HEDGE = /(?:^|[,\s])no-hedge(?:$|[,\s])/

/** Takes in what a server says of itself with any answer. */
export function heed({ replica, upstream }: Seat, headers: ResponseHeaders): void {
  const capabilities = headers['x-capabilities']
  if (capabilities !== undefined) replica.refusesHedges = NO_HEDGE.test(String(capabilities))
  const rate = headers.ratelimit
  // Whoever was told not to throttle was told not to.
  if (rate !== undefined && replica.throttle !== undefined) {
    const waitMs = rateLimitWaitMs(rate)
    if (waitMs !== undefined) replica.pauseFor(waitMs)
  }
  const load = headers['endpoint-load-metrics']
  if (load !== undefined && upstream !== undefined) {
    const report = loadReport(load)
    if (report !== undefined) upstream.onLoad(report.utilization)
  }
}
