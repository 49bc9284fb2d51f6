/** A month: whoever says more means `never`, and sums with it stay far from overflowing. */
const MOST_MS = 31 * 24 * 3600 * 1000
const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/
// `Sun, 06 Nov 1994 08:49:37 GMT`, and the two older forms that RFC 9110 asks to be read.
const DATE =
  /^(?:[A-Z][a-z]{2,8}, ?\d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/

/**
 * What `Retry-After` asks for, in milliseconds from now: seconds or a date, one that has passed being 0.
 * `undefined` for anything else. Of several the longest counts.
 *
 * @param wallMs milliseconds since 1970, now.
 */
export function retryAfterMs(
  value: string | readonly string[] | undefined,
  wallMs: number,
): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return parseOne(value.trim(), wallMs)
  const all = value.map((one) => parseOne(String(one).trim(), wallMs) ?? Number.NEGATIVE_INFINITY)
  const longestMs = Math.max(...all.slice(0, 8))
  return longestMs >= 0 ? longestMs : undefined
}

function parseOne(text: string, wallMs: number): number | undefined {
  if (SECONDS.test(text)) return Math.min(MOST_MS, Number(text) * 1000)
  if (!DATE.test(text)) return undefined
  // The oldest form names no zone, and means GMT as the others do.
  const atMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(atMs) ? undefined : Math.min(MOST_MS, Math.max(0, atMs - wallMs))
}
