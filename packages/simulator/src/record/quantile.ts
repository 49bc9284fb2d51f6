/** The value below which `ratio` of the values lie (nearest rank). 0 when there are none. Sorts in place. */
export function quantile(values: Float64Array, ratio: number): number {
  if (values.length === 0) return 0
  values.sort()
  const rank = Math.ceil(ratio * values.length)
  return values[Math.max(0, rank - 1)] ?? 0
}
