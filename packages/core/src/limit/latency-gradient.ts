/**
 * How much of the limit the latency leaves: 1 while `latencyNs` is within `latencyTolerance` times the
 * baseline, less in proportion beyond that, never below 0.5 for one sample.
 */
export function latencyGradient(
  latencyTolerance: number,
  baselineNs: number,
  latencyNs: number,
): number {
  return Math.max(0.5, Math.min(1, (latencyTolerance * baselineNs) / latencyNs))
}
