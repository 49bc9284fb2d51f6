/**
 * The most a server can still serve, as a fraction of its capacity, when each request it refuses takes
 * `rejectCostMs` of the CPU that each it serves takes `serveCostMs` of: with g served and k − g refused in the time of
 * one, g·s + (k − g)·r = s.
 */
export function goodputBound(factor: number, rejectCostMs: number, serveCostMs: number): number {
  if (factor <= 1) return factor
  const ratio = rejectCostMs / serveCostMs
  return Math.max(0, (1 - factor * ratio) / (1 - ratio))
}
