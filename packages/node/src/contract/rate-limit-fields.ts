import type { RateOptions, Rejection, RejectReason } from '@headgate/core'

/** `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-11. */
export interface RateLimitFields {
  readonly policy: string
  readonly limit: string
}

/** What the fields are made of. */
interface Known {
  readonly concurrency: { readonly limit: number; readonly remaining: number }
  readonly rates: readonly RateOptions[]
  /** `undefined` for a request that was served. */
  readonly rejection: Rejection | undefined
}

const RATE_NAMES = Object.freeze({ all: 'rate', tenant: 'tenant-rate' } as const)
const VIOLATED: Readonly<Partial<Record<RejectReason, string>>> = {
  rate: 'rate',
  'tenant-rate': 'tenant-rate',
  'tenant-full': 'tenant-concurrency',
}

/**
 * The policies, and of the one that a refusal is about what is left (nothing) and until when. How much of a
 * tenant's share is left is nobody else's business, and so its quota is not told.
 */
export function rateLimitFields({ concurrency, rates, rejection }: Known): RateLimitFields {
  const policies = [`"concurrency";q=${concurrency.limit};qu="concurrent-requests"`]
  for (const { refillPerSecond, burst = Math.max(1, Math.floor(refillPerSecond)), per } of rates) {
    const windowS = Math.max(1, Math.round(burst / refillPerSecond))
    policies.push(`"${RATE_NAMES[per ?? 'all']}";q=${burst};w=${windowS}`)
  }
  return { policy: policies.join(', '), limit: limitOf(concurrency.remaining, rejection) }
}

function limitOf(remaining: number, rejection: Rejection | undefined): string {
  if (rejection === undefined) return `"concurrency";r=${remaining}`
  const seconds = Math.min(Math.max(Math.ceil(rejection.retryAfterMs / 1_000), 1), 30)
  return `"${VIOLATED[rejection.reason] ?? 'concurrency'}";r=0;t=${seconds}`
}
