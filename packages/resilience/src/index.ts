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
  HEDGE_BUDGET_DEFAULTS,
  HedgeBudget,
  type HedgeBudgetOptions,
} from './budget/hedge-budget.ts'
export {
  RETRY_BUDGET_DEFAULTS,
  RetryBudget,
  type RetryBudgetOptions,
} from './budget/retry-budget.ts'
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
export type { CallOutcome } from './outcome/call-outcome.ts'
export type { Random } from './random/random.ts'
