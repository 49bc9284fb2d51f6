import { definedOptions, type PlainOptions, plainOptions } from '@headgate/core'
import {
  ADAPTIVE_THROTTLE_DEFAULTS,
  BALANCER_DEFAULTS,
  BREAKER_DEFAULTS,
  CALL_LIMIT_DEFAULTS,
  HEDGE_BUDGET_DEFAULTS,
  HEDGE_DELAY_DEFAULTS,
  LATENCY_PROBATION_DEFAULTS,
  OUTLIER_EJECTION_DEFAULTS,
  RETRY_BUDGET_DEFAULTS,
  RETRY_DELAY_DEFAULTS,
} from '@headgate/resilience'
import { type PropagateOptions, TOLD_DEFAULTS } from '../mouth/propagation.ts'
import type { ResolvedPolicies } from '../policy/policy-options.ts'
import type { CallTimeouts } from '../policy/timeout-options.ts'

/** What is told as it was given. */
interface GivenOptions {
  readonly propagate?: PropagateOptions | false | undefined
  readonly classify?: unknown
  readonly context?: unknown
  readonly dedupe?: object | boolean | undefined
}

/** Every option of a client as it counts, defaults included: for metrics. A policy that is off is `false`. */
export function configuredOptions(
  { propagate = {}, classify, context, dedupe = false }: GivenOptions,
  timeouts: CallTimeouts,
  policies: ResolvedPolicies,
): PlainOptions {
  const { retry, hedge, breaker, limiter, throttle, balance, failing, slow } = policies
  return plainOptions({
    timeouts,
    retry: retry !== undefined && {
      ...retry,
      budget: full(RETRY_BUDGET_DEFAULTS, retry.budget),
      delay: full(RETRY_DELAY_DEFAULTS, retry.delay),
    },
    hedge: hedge !== undefined && {
      delay: full(HEDGE_DELAY_DEFAULTS, hedge.delay ?? {}),
      budget: full(HEDGE_BUDGET_DEFAULTS, hedge.budget ?? {}),
    },
    breaker: full(BREAKER_DEFAULTS, breaker),
    limiter: full(CALL_LIMIT_DEFAULTS, limiter),
    throttle: full(ADAPTIVE_THROTTLE_DEFAULTS, throttle),
    balance: full(BALANCER_DEFAULTS, balance),
    eject: {
      failing: full(OUTLIER_EJECTION_DEFAULTS, failing),
      slow: full(LATENCY_PROBATION_DEFAULTS, slow),
    },
    propagate: propagate !== false && { ...TOLD_DEFAULTS, ...definedOptions(propagate) },
    ...{ classify, context, dedupe },
  })
}

function full(defaults: object, options: object | undefined): object | false {
  return options !== undefined && { ...defaults, ...definedOptions(options) }
}
