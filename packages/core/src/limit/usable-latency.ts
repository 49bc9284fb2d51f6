import type { Sample } from './sample.ts'

/**
 * The latency an algorithm may learn from, in nanoseconds, or 0 when the sample teaches nothing.
 *
 * Below 1 counts as 1, so that no division by it can fail. A latency or a count that is no finite number
 * makes the whole sample useless: one NaN in an average would stay there for ever. Anything above
 * 2^53 - 1 (104 days) counts as that, so that no sum of them overflows to infinity.
 */
export function usableLatencyNs(sample: Sample): number {
  const { latencyNs } = sample
  if (!Number.isFinite(latencyNs) || !Number.isFinite(sample.inFlight)) return 0
  if (latencyNs < 1) return 1
  return Math.min(latencyNs, MOST_NS)
}

const MOST_NS = Number.MAX_SAFE_INTEGER
