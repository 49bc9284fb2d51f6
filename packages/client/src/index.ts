export type {
  AttemptResult,
  AttemptVerdict,
  Classify,
} from './call/call-settings.ts'
export type { CallerContext, CallOptions } from './call/call-terms.ts'
export type { RefusalListener, RefusedCall } from './call/refused-call.ts'
export type { Client, FetchInit, RequestOptions } from './client/client.ts'
export type { ClientOptions, ResilientOptions, UpstreamSource } from './client/client-options.ts'
export type { ClientStats, ServiceStats, UpstreamStats } from './client/client-stats.ts'
export { createClient } from './client/create-client.ts'
export { PeerMissingError, type UndiciModule } from './client/peer.ts'
export { type Resilient, resilient } from './client/resilient.ts'
export type { DedupeOptions } from './dedupe/dedupe-options.ts'
export { type CallEffect, CallError, type CallFailure } from './error/call-error.ts'
export type { RetryRefusal } from './error/retry-refusal.ts'
export {
  type FanoutCall,
  type FanoutMissing,
  type FanoutOptions,
  type FanoutResult,
  fanout,
} from './fanout/fanout.ts'
export type { DispatcherLike, DispatchOptions } from './handler/handler.ts'
export {
  type AttemptsOptions,
  type DeadlineOptions,
  type Interceptor,
  interceptors,
  type PropagateSettings,
} from './interceptor/interceptors.ts'
export type { PropagatedNames, PropagateOptions } from './mouth/propagation.ts'
export type {
  EjectOptions,
  HedgeOptions,
  LimiterOptions,
  PolicyOptions,
  RetryOptions,
} from './policy/policy-options.ts'
export { TIMEOUT_DEFAULTS, type TimeoutOptions } from './policy/timeout-options.ts'
