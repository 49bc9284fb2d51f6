import type { WindowBounds } from './adaptive-window.ts'

/** How long the next window must be, and how long to wait before it opens. */
export interface WindowPlan {
  readonly bounds: WindowBounds
  readonly settleNs: number
}

export const FIRST_WINDOW: WindowBounds = {
  minNs: 100e6,
  minSamples: 40,
  patientNs: 2e9,
  fewSamples: 5,
}
const PROBE_WINDOW: WindowBounds = { minNs: 0, minSamples: 100, patientNs: 1e9, fewSamples: 40 }
/** A window lasts at least so many latencies. */
const WINDOW_LATENCIES = 1
const PROBE_WINDOW_LATENCIES = 4
/** After a change so many latencies pass before the next window opens. */
const SETTLE_LATENCIES = 1
const PROBE_SETTLE_LATENCIES = 2

/** Plans the window after one with this mean latency. `changed`: the limit is another now. */
export function planWindow(
  latencyNs: number,
  { probing, changed }: { readonly probing: boolean; readonly changed: boolean },
): WindowPlan {
  const bounds = probing ? PROBE_WINDOW : FIRST_WINDOW
  const latencies = probing ? PROBE_WINDOW_LATENCIES : WINDOW_LATENCIES
  const settleLatencies = probing ? PROBE_SETTLE_LATENCIES : SETTLE_LATENCIES
  return {
    bounds: { ...bounds, minNs: Math.max(bounds.minNs, latencyNs * latencies) },
    settleNs: changed ? latencyNs * settleLatencies : 0,
  }
}
