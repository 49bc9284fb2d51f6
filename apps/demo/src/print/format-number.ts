const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A whole number, with thousands set apart. */
export function formatCount(count: number): string {
  return COUNT.format(count)
}

export function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`
}

/** `-` when there was nothing to measure. */
export function formatMs(ms: number | undefined): string {
  return ms === undefined ? '-' : `${formatCount(ms)} ms`
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
