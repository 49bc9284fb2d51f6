export {
  AdaptiveLimit,
  type AdmissionRequest,
  type AdmissionSnapshot,
  AimdLimit,
  type Decision,
  FixedLimit,
  Gradient2Limit,
  GradientLimit,
  InvalidOptionError,
  type Limit,
  type Outcome,
  type Permit,
  type PoolOptions,
  type QueueOptions,
  type Rejection,
  type RejectReason,
  type Sample,
  type ShedAt,
  type Tier,
  VegasLimit,
  WindowedLimit,
} from '@headgate/core'
export type {
  CacheAnswer,
  CachedSingleflight,
  CachedSingleflightSnapshot,
  GetOptions,
  RunOptions,
  Singleflight,
  SingleflightOptions,
  SingleflightSnapshot,
} from '@headgate/singleflight'
export { Admission } from './admission/admission.ts'
export type {
  AdmissionEvent,
  AdmissionEventType,
  ErrorSource,
} from './admission/admission-event.ts'
export { type AdmissionOptions, createAdmission } from './admission/create-admission.ts'
export type { ListenerLoss } from './admission/listener-losses.ts'
export { logOverload, type OverloadLogger } from './admission/log-overload.ts'
export type { NodeAdmissionSnapshot } from './admission/node-admission-snapshot.ts'
export { RejectedError } from './admission/rejected-error.ts'
export type { AdmissionMode, RuntimeOptions } from './admission/runtime-options.ts'
export type { SubscribeOptions } from './admission/subscription.ts'
export type { CoalesceSnapshot } from './coalesce/coalesce-counters.ts'
export type { CoalesceOptions } from './coalesce/coalesce-options.ts'
export type { CorsOptions } from './contract/cors.ts'
export type { Capability, HeaderOptions } from './contract/header-options.ts'
export { context, type RequestContext, runInContext } from './contract/request-context.ts'
export { type Drainable, drainOnSignal, type SignalDrain } from './drain/drain-on-signal.ts'
export type { DrainOnSignalOptions } from './drain/drain-options.ts'
export type { DrainReport } from './drain/drain-report.ts'
export { openConnections } from './drain/open-connections.ts'
export type { Explanation } from './explain/decision-log.ts'
export type { DecisionAnswer, ExplainedDecision } from './explain/explained-decision.ts'
export { Entering } from './http/entering.ts'
export { Entrance, type EntranceOptions } from './http/entrance.ts'
export { ExemptVisits } from './http/exempt-visits.ts'
export { Gate } from './http/gate.ts'
export {
  type HeadgateOptions,
  type ResolvedHeadgate,
  resolveHeadgate,
} from './http/headgate-options.ts'
export type { Host } from './http/host.ts'
export { isProbe } from './http/is-probe.ts'
export { knownPools } from './http/known-pools.ts'
export { missingGuard } from './http/missing-guard.ts'
export { ownAnswer } from './http/own-answer.ts'
export { type Listener, RawEntering } from './http/raw-entering.ts'
export type { RawRequest, RawResponse } from './http/raw-message.ts'
export type { RejectionResponse } from './http/rejection-response.ts'
export type { RequestHandle } from './http/request-handle.ts'
export {
  checkRequestOptions,
  RequestClassifier,
  type RequestOptions,
} from './http/request-options.ts'
export type { BeginTrace, RequestTrace } from './http/request-trace.ts'
export {
  checkRouteOptions,
  createRouteRule,
  type RouteOptions,
  type RouteRule,
} from './http/route-options.ts'
export { RouteRules } from './http/route-rules.ts'
export { endTelling } from './http/sample-at-end.ts'
export { unannouncedResponse, warnOfKept } from './http/short-lived-listeners.ts'
export type { Visit } from './http/visit.ts'
export { markVisit, visitOf } from './http/visit-mark.ts'
export type { ReleaseOn, VisitOptions } from './http/visit-options.ts'
export {
  createRawEntrance,
  createRawGate,
  finishAnswer,
  type RawGate,
  WRAP_OPTION_NAMES,
  type WrapOptions,
  type WrappedListener,
  wrap,
} from './http/wrap.ts'
export { writeRejection } from './http/write-rejection.ts'
export { type Liveness, type LivenessOptions, startLiveness } from './liveness/start-liveness.ts'
export type { PressureSignal } from './pressure/process-pressure.ts'
export { answerProbe } from './probe/answer-probe.ts'
export {
  type CachedSingleflightOptions,
  createCachedSingleflight,
} from './singleflight/create-cached-singleflight.ts'
export { createSingleflight } from './singleflight/create-singleflight.ts'
export type { Sparing } from './singleflight/spare-capacity.ts'
export type { ReadinessState } from './warm-up/readiness.ts'
export type { WarmUpOptions } from './warm-up/warm-up-options.ts'
