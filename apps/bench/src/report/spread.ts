/** Median, with the least and greatest behind it; undefined counts as beyond every number. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  const min = sorted[0]
  const max = sorted.at(-1)
  if (min === undefined || max === undefined) return undefined
  const upper = sorted[Math.floor(sorted.length / 2)] as number
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] as number
  return { median: lower === upper ? upper : (lower + upper) / 2, min, max }
}

/** `0.98 (0.96–1.00)`; `never` stands for what did not happen. */
export function formatSpread(
  values: readonly (number | undefined)[],
  digits: number,
  never = '–',
): string {
  const spread = spreadOf(values)
  if (spread === undefined) return '–'
  const format = (value: number): string => (Number.isFinite(value) ? value.toFixed(digits) : never)
  const median = format(spread.median)
  const [min, max] = [format(spread.min), format(spread.max)]
  return min === max ? median : `${median} (${min}–${max})`
}
