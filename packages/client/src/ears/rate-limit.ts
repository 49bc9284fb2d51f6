const MAX_LENGTH = 1024
const MAX_POLICIES = 8

/**
 * Milliseconds until there is something left of a rate that `RateLimit` says is used up: `"default";r=0;t=30`.
 * `undefined` while something is left, and for garbage. Of several policies the one that takes longest.
 * Syntax: draft-ietf-httpapi-ratelimit-headers. One with a partition key (`pk`) is not the client's as a
 * whole, and is left alone.
 */
export function rateLimitWaitMs(value: string | readonly string[] | undefined): number | undefined {
  const text = typeof value === 'string' ? value : value?.join(',')
  if (text === undefined || text.length > MAX_LENGTH) return undefined
  let longestMs: number | undefined
  for (const policy of text.split(',').slice(0, MAX_POLICIES)) {
    const parameters = policy.split(';').map((part) => part.trim())
    if (parameters.some((part) => part.startsWith('pk='))) continue
    const left = numberOf(parameters, 'r=')
    const seconds = numberOf(parameters, 't=')
    if (left !== 0 || seconds === undefined) continue
    longestMs = Math.max(longestMs ?? 0, seconds * 1000)
  }
  return longestMs
}

function numberOf(parameters: readonly string[], name: string): number | undefined {
  const digits = parameters.find((part) => part.startsWith(name))?.slice(name.length)
  return digits !== undefined && /^\d{1,9}$/.test(digits) ? Number(digits) : undefined
}
