/** What a handler can know of its request. */
export interface HandleUnderTest {
  readonly tier: string
  readonly tenant: string | undefined
  readonly attempt: number
  readonly pressure: number
  readonly degraded: boolean
  readonly signal: AbortSignal
  remainingMs(): number
}

/** What the suite reads of a handler's answer to `/handle`. */
export interface Look {
  readonly handle: {
    readonly tier: string
    readonly tenant?: string
    readonly attempt: number
    readonly degraded: boolean
    /** `null` without a deadline. */
    readonly remainingMs: number | null
  } | null
  /** Whether the context of the running code is that of the request: `none` without one. */
  readonly context: 'own' | 'none' | 'other'
}

/** The answer to `/handle`: what its handler sees of its request, and of the context that it runs in. */
export function look(handle: HandleUnderTest | null | undefined, context: unknown): Look {
  const known = handle ?? null
  const isOwn = context === known ? 'own' : 'other'
  return {
    handle: known && {
      tier: known.tier,
      ...(known.tenant === undefined ? {} : { tenant: known.tenant }),
      attempt: known.attempt,
      degraded: known.degraded,
      remainingMs: Number.isFinite(known.remainingMs()) ? known.remainingMs() : null,
    },
    context: context === undefined ? 'none' : isOwn,
  }
}
