export {
  BACKOFF_DEFAULTS,
  Backoff,
  type BackoffOptions,
  type BackoffStep,
  type Jitter,
  nextDelayMs,
} from './backoff/backoff.ts'
export {
  RETRY_DELAY_DEFAULTS,
  type RetryCause,
  RetryDelay,
  type RetryDelayOptions,
  type RetryPlan,
} from './backoff/retry-delay.ts'
export {
  BALANCER_DEFAULTS,
  Balancer,
  type BalancerOptions,
  type BalancerParts,
} from './balance/balancer.ts'
export { nextPeakMs, type Upstream } from './balance/upstream.ts'
export {
  Breaker,
  type BreakerCounts,
  type BreakerEvent,
  type BreakerMove,
  type BreakerParts,
  type BreakerState,
  openingMove,
} from './breaker/breaker.ts'
export { BREAKER_DEFAULTS, type BreakerOptions } from './breaker/breaker-options.ts'
export type { BreakerPass } from './breaker/breaker-pass.ts'
export {
  HEDGE_BUDGET_DEFAULTS,
  HedgeBudget,
  type HedgeBudgetOptions,
} from './budget/hedge-budget.ts'
export {
  RETRY_BUDGET_DEFAULTS,
  RetryBudget,
  type RetryBudgetOptions,
} from './budget/retry-budget.ts'
export {
  LATENCY_PROBATION_DEFAULTS,
  LatencyProbation,
  type LatencyProbationOptions,
  type LatencyProbationParts,
  type ProbationEvent,
} from './eject/latency-probation.ts'
export {
  type EjectionEvent,
  OUTLIER_EJECTION_DEFAULTS,
  OutlierEjection,
  type OutlierEjectionOptions,
  type OutlierEjectionParts,
} from './eject/outlier-ejection.ts'
export { HEDGE_DELAY_DEFAULTS, HedgeDelay, type HedgeDelayOptions } from './hedge/hedge-delay.ts'
export {
  HedgePolicy,
  type HedgePolicyOptions,
  type HedgePolicyParts,
  type HedgeRefusal,
} from './hedge/hedge-policy.ts'
export {
  LATENCY_HISTOGRAM_DEFAULTS,
  LATENCY_QUANTILE_ERROR,
  LatencyHistogram,
  type LatencyHistogramOptions,
} from './hedge/latency-histogram.ts'
export { CALL_LIMIT_DEFAULTS, CallLimit, type CallLimitOptions } from './limiter/call-limit.ts'
export {
  type CallLimiterOptions,
  type CallLimiterParts,
  createCallLimiter,
} from './limiter/create-call-limiter.ts'
export type { CallOutcome } from './outcome/call-outcome.ts'
export type { Random } from './random/random.ts'
export {
  ADAPTIVE_THROTTLE_DEFAULTS,
  AdaptiveThrottle,
  type AdaptiveThrottleOptions,
  nextRefusedRatio,
} from './throttle/adaptive-throttle.ts'
