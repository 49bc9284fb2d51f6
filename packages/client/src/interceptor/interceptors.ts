import { checkKnownOptions } from '@headgate/core'
import type { AdaptiveThrottleOptions, BreakerOptions } from '@headgate/resilience'
import type { ResilientOptions } from '../client/client-options.ts'
import { resolvePipeline } from '../client/client-options.ts'
import { Dedupe } from '../dedupe/dedupe.ts'
import type { DedupeOptions } from '../dedupe/dedupe-options.ts'
import type { Dispatch, DispatchOptions, Handler } from '../handler/handler.ts'
import type { PropagateOptions } from '../mouth/propagation.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import type { LimiterOptions } from '../policy/policy-options.ts'
import { NO_POLICIES } from '../policy/policy-options.ts'
import { NO_TIMEOUTS } from '../policy/timeout-options.ts'
import { callClock } from '../time/call-clock.ts'

/** What `dispatcher.compose` of undici 7 and 8 takes. */
// biome-ignore lint/suspicious/noExplicitAny: each major has types of its own, which do not fit each other.
export type Interceptor = (dispatch: any) => (options: any, handler: any) => boolean

/** What makes several attempts of one call. */
export type AttemptsOptions = Pick<ResilientOptions, 'retry' | 'hedge' | 'timeouts' | 'classify'>

export interface DeadlineOptions {
  /** For the whole call, until its answer begins. Milliseconds above 0. Default 30,000. */
  readonly totalMs?: number | undefined
  /** Where the deadline of the request comes from that calls are made for. */
  readonly context?: ResilientOptions['context']
}

export type PropagateSettings = PropagateOptions & {
  /** What the request is that calls are made for. */
  readonly context?: ResilientOptions['context']
}

function attempts(options: AttemptsOptions = {}): Interceptor {
  checkKnownOptions('options', options, ['retry', 'hedge', 'timeouts', 'classify'])
  return layer({ retry: true, ...options })
}

function limiter(options: 'aimd' | number | LimiterOptions = 'aimd'): Interceptor {
  return layer({ limiter: options })
}

function throttle(options: AdaptiveThrottleOptions = {}): Interceptor {
  return layer({ throttle: options })
}

function breaker(options: BreakerOptions = {}): Interceptor {
  return layer({ breaker: options })
}

function deadline(options: DeadlineOptions = {}): Interceptor {
  checkKnownOptions('options', options, ['totalMs', 'context'])
  const { totalMs = 30_000, context = false } = options
  return layer({ timeouts: { totalMs }, context })
}

function propagate({ context = false, ...options }: PropagateSettings = {}): Interceptor {
  return layer({ propagate: options, context })
}

function dedupe(options: DedupeOptions = {}): Interceptor {
  // Options are told to be wrong now, not when it is put in its place.
  new Dedupe(() => true, callClock, options)
  return (dispatch: Dispatch) => {
    const shared = new Dedupe(dispatch, callClock, options)
    return (sent: DispatchOptions, handler: Handler) => shared.dispatch(sent, handler)
  }
}

/**
 * The parts of a client one by one, for `dispatcher.compose`. The last that is given sees a call first:
 * from the inside out `propagate`, `limiter`, `breaker`, `throttle`, `attempts`, `deadline`, `dedupe`.
 */
export const interceptors: {
  readonly attempts: typeof attempts
  readonly limiter: typeof limiter
  readonly throttle: typeof throttle
  readonly breaker: typeof breaker
  readonly deadline: typeof deadline
  readonly propagate: typeof propagate
  readonly dedupe: typeof dedupe
} = Object.freeze({ attempts, limiter, throttle, breaker, deadline, propagate, dedupe })

/** A pipeline that has these policies and no others. */
function layer(options: ResilientOptions): Interceptor {
  const defaults = { clock: callClock, timeouts: NO_TIMEOUTS, policies: NO_POLICIES }
  const resolved = resolvePipeline({ propagate: false, context: false, ...options }, defaults)
  new Pipeline({ ...resolved, base: () => true })
  // Undici counts the parameters of what it is given: two each.
  return (dispatch: Dispatch) => {
    const pipeline = new Pipeline({ ...resolved, base: dispatch })
    return (sent: DispatchOptions, handler: Handler) => pipeline.dispatch(sent, handler)
  }
}
