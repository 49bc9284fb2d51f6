import type { LoadBin } from './load-report.ts'

export interface RecoveryOptions {
  /** Width of the rolling window; a multiple of 100. Default 500. */
  readonly windowMs?: number
  /** Share of each window's arrivals that must be served. Default 0.99. */
  readonly successRatio?: number
  /** Where to stop looking. Default: the end of the series. */
  readonly untilMs?: number
}

/**
 * How long after `overloadEndMs` until every rolling window succeeds, to the end of the series: 0 when the first
 * does, undefined when the last does not, or when the series is shorter than one window after the overload.
 */
export function recoveryMs(
  series: readonly LoadBin[],
  overloadEndMs: number,
  options: RecoveryOptions = {},
): number | undefined {
  const { windowMs = 500, successRatio = 0.99, untilMs = Number.POSITIVE_INFINITY } = options
  const after = series.filter(({ startMs }) => startMs >= overloadEndMs && startMs < untilMs)
  const binMs = (after[1]?.startMs ?? 0) - (after[0]?.startMs ?? 0)
  const binsPerWindow = Math.round(windowMs / binMs)
  let recoveredAtMs: number | undefined
  // From the end: recovered is where the unbroken run of good windows begins.
  for (let first = after.length - binsPerWindow; first >= 0; first--) {
    const window = after.slice(first, first + binsPerWindow)
    const offered = window.reduce((sum, bin) => sum + bin.offered, 0)
    const served = window.reduce((sum, bin) => sum + bin.served, 0)
    if (served < offered * successRatio) break
    recoveredAtMs = window[0]?.startMs
  }
  return recoveredAtMs === undefined ? undefined : recoveredAtMs - overloadEndMs
}
