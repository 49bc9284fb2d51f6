import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  definedOptions,
  InvalidOptionError,
} from '@headgate/core'
import type {
  AdaptiveThrottleOptions,
  BalancerOptions,
  BreakerOptions,
  CallLimitOptions,
  HedgeBudgetOptions,
  HedgeDelayOptions,
  LatencyProbationOptions,
  OutlierEjectionOptions,
  RetryBudgetOptions,
  RetryDelayOptions,
} from '@headgate/resilience'
import type { CallTimeouts } from './timeout-options.ts'

export interface RetryOptions {
  /** Most attempts of a call, the first included and hedges apart. Integer from 1 to 10. Default 3. */
  readonly attempts?: number | undefined
  /** What the successes of a target pay for. Default on; `false`: every retry is made. */
  readonly budget?: RetryBudgetOptions | false | undefined
  /** How long to wait, and how long a server is waited for. */
  readonly delay?: RetryDelayOptions | undefined
  /** Statuses that are tried again. Default 408, 425, 429 (when it says for how long), 502, 503, 504. */
  readonly statuses?: readonly number[] | undefined
  /** The longest body of a stream or a `fetch` that is kept for a retry. Bytes from 0 to 16 MiB. Default 65,536. */
  readonly maxReplayBytes?: number | undefined
}

export interface HedgeOptions {
  /** When a call is late. */
  readonly delay?: HedgeDelayOptions | undefined
  /** What share of calls may be hedged. Default 0.05. */
  readonly budget?: HedgeBudgetOptions | undefined
}

export interface LimiterOptions extends CallLimitOptions {
  /** Most calls that wait for their turn, for each upstream. Integer from 1 to 1,000,000. Default 1000. */
  readonly maxQueued?: number | undefined
  /** Longest wait. Milliseconds from 1 to 60,000. Default half of `timeouts.attemptMs`. */
  readonly maxWaitMs?: number | undefined
}

export interface EjectOptions {
  /** Replicas that fail. `false`: they are not set aside. */
  readonly failing?: OutlierEjectionOptions | false | undefined
  /** Replicas that are slow. `false`: they are not set aside. */
  readonly slow?: LatencyProbationOptions | false | undefined
}

/** Which policies a client has. Each can be left out by `false`. */
export interface PolicyOptions {
  /** Default on. */
  readonly retry?: RetryOptions | boolean | undefined
  /** Default off. */
  readonly hedge?: HedgeOptions | boolean | undefined
  /** Default off: the throttle does its work, and a breaker makes partial outages whole ones. */
  readonly breaker?: BreakerOptions | boolean | undefined
  /** How many calls are in flight to one upstream. Default `aimd`, which finds out; a number is fixed. */
  readonly limiter?: 'aimd' | number | LimiterOptions | false | undefined
  /** Refuses calls here that the server would refuse. Default on. */
  readonly throttle?: AdaptiveThrottleOptions | boolean | undefined
  /** How one of several upstreams is picked. Default `p2c-ewma`. */
  readonly balance?: 'p2c-ewma' | BalancerOptions | undefined
  /** Default on, where there are several upstreams. */
  readonly eject?: EjectOptions | boolean | undefined
}

/** As they count; `undefined` is off. */
export interface ResolvedPolicies {
  readonly retry:
    | {
        readonly attempts: number
        readonly budget: RetryBudgetOptions | undefined
        readonly delay: RetryDelayOptions
        readonly statuses: ReadonlySet<number>
        readonly maxReplayBytes: number
      }
    | undefined
  readonly hedge: HedgeOptions | undefined
  readonly breaker: BreakerOptions | undefined
  readonly limiter: LimiterOptions | undefined
  readonly throttle: AdaptiveThrottleOptions | undefined
  readonly balance: BalancerOptions
  readonly failing: OutlierEjectionOptions | undefined
  readonly slow: LatencyProbationOptions | undefined
}

const STATUSES: readonly number[] = Object.freeze([408, 425, 429, 502, 503, 504])
const MAX_REPLAY_BYTES = 65_536
const MAX_QUEUED = 1000

/** Which of them are on when nothing is said. */
export type PolicyDefaults = Readonly<
  Record<'retry' | 'hedge' | 'breaker' | 'limiter' | 'throttle' | 'eject', boolean>
>

export const CLIENT_POLICIES: PolicyDefaults = Object.freeze({
  retry: true,
  hedge: false,
  breaker: false,
  limiter: true,
  throttle: true,
  eject: true,
})

export const NO_POLICIES: PolicyDefaults = Object.freeze({
  retry: false,
  hedge: false,
  breaker: false,
  limiter: false,
  throttle: false,
  eject: false,
})

/** @throws {InvalidOptionError} for what no policy checks by itself when it is made. */
export function resolvePolicies(
  options: PolicyOptions,
  timeouts: CallTimeouts,
  defaults: PolicyDefaults,
): ResolvedPolicies {
  const { balance = 'p2c-ewma' } = options
  if (typeof balance === 'string' && balance !== 'p2c-ewma') {
    throw new InvalidOptionError('balance', '"p2c-ewma" or an object', balance)
  }
  const eject = toggled('eject', options.eject, defaults.eject)
  if (eject !== undefined) checkKnownOptions('eject', eject, ['failing', 'slow'])
  return {
    retry: resolveRetry(toggled('retry', options.retry, defaults.retry)),
    hedge: toggled('hedge', options.hedge, defaults.hedge),
    breaker: resolveBreaker(toggled('breaker', options.breaker, defaults.breaker), timeouts),
    limiter: resolveLimiter(options.limiter ?? (defaults.limiter ? 'aimd' : false), timeouts),
    throttle: toggled('throttle', options.throttle, defaults.throttle),
    balance: typeof balance === 'string' ? {} : balance,
    failing: eject && (toggled('eject.failing', eject.failing, true) as OutlierEjectionOptions),
    slow: eject && (toggled('eject.slow', eject.slow, true) as LatencyProbationOptions),
  }
}

function toggled<Options extends object>(
  option: string,
  value: Options | boolean | undefined,
  isOn: boolean,
): Options | undefined {
  const chosen = value ?? isOn
  if (chosen === true) return {} as Options
  if (chosen === false) return undefined
  if (typeof chosen !== 'object') {
    throw new InvalidOptionError(option, 'true, false or an object', chosen)
  }
  return chosen
}

function resolveRetry(options: RetryOptions | undefined): ResolvedPolicies['retry'] {
  if (options === undefined) return undefined
  const known = ['attempts', 'budget', 'delay', 'statuses', 'maxReplayBytes']
  checkKnownOptions('retry', options, known)
  const { attempts = 3, budget, delay = {}, statuses = STATUSES } = options
  const { maxReplayBytes = MAX_REPLAY_BYTES } = options
  checkInteger('retry.attempts', attempts, { min: 1, max: 10 })
  checkInteger('retry.maxReplayBytes', maxReplayBytes, { min: 0, max: 16 * 1024 * 1024 })
  if (!Array.isArray(statuses)) {
    throw new InvalidOptionError('retry.statuses', 'an array of statuses', statuses)
  }
  for (const status of statuses) checkInteger('retry.statuses', status, { min: 400, max: 599 })
  return {
    attempts,
    budget: toggled('retry.budget', budget, true),
    delay,
    statuses: new Set(statuses),
    maxReplayBytes,
  }
}

function resolveBreaker(
  options: BreakerOptions | undefined,
  { attemptMs }: CallTimeouts,
): BreakerOptions | undefined {
  if (options === undefined) return undefined
  checkKnownOptions('breaker', options, Object.keys(options))
  const leastMs = Number.isFinite(attemptMs) ? 2 * attemptMs : 10_000
  const { windowMs = Math.max(10_000, leastMs) } = options
  // With less, a window could be over before its calls are.
  if (Number.isFinite(attemptMs)) checkNumber('breaker.windowMs', windowMs, { min: leastMs })
  return { ...options, windowMs }
}

function resolveLimiter(
  options: 'aimd' | number | LimiterOptions | false,
  { attemptMs }: CallTimeouts,
): LimiterOptions | undefined {
  if (options === false) return undefined
  const maxWaitMs = Math.max(1, Math.min(60_000, attemptMs / 2))
  const defaults = { maxQueued: MAX_QUEUED, maxWaitMs }
  if (typeof options === 'number') {
    checkInteger('limiter', options, { min: 1, max: 1_000_000 })
    return { ...defaults, minLimit: options, maxLimit: options }
  }
  if (options === 'aimd') return defaults
  const known = ['initialLimit', 'minLimit', 'maxLimit', 'backoffRatio', 'maxQueued', 'maxWaitMs']
  if (typeof options === 'object') checkKnownOptions('limiter', options, known)
  else throw new InvalidOptionError('limiter', '"aimd", a number, an object or false', options)
  return { ...defaults, ...definedOptions(options) }
}
