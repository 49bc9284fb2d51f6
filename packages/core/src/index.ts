export { Admission } from './admission/admission.ts'
export type { AdmissionEvent, AdmissionListener } from './admission/admission-event.ts'
export {
  ADMISSION_OPTION_NAMES,
  type AdmissionOptions,
  type QueueOptions,
  type QueueOrder,
  type TenantOptions,
} from './admission/admission-options.ts'
export type { AdmissionParts } from './admission/admission-parts.ts'
export type { AdmissionRequest, CancelSignal } from './admission/admission-request.ts'
export type { AdmissionSnapshot, PoolSnapshot } from './admission/admission-snapshot.ts'
export type { Admitted, Decision, Rejection, RejectReason } from './admission/decision.ts'
export { REJECT_REASONS } from './admission/decision.ts'
export { type DecisionInputs, InputReader } from './admission/decision-inputs.ts'
export type { Dispatcher } from './admission/dispatcher.ts'
export type { DurationRecorder, Timed } from './admission/duration-recorder.ts'
export type { Arrival, Passage, PassageState } from './admission/passage.ts'
export type { Outcome, Permit } from './admission/permit.ts'
export { Conflator, type ConflatorOptions } from './background/conflator.ts'
export { DropBuffer, type DropBufferOptions, type DropOrder } from './background/drop-buffer.ts'
export {
  type Dispatched,
  KeyedDispatcher,
  type KeyedDispatcherOptions,
  type KeyedDispatcherParts,
} from './background/keyed-dispatcher.ts'
export { LearnedCost, type LearnedCostOptions } from './cost/learned-cost.ts'
export type { ChargeBy } from './fairness/slot-time.ts'
export type { WeightOf } from './fairness/tenant-weights.ts'
export { type TopTalker, TopTalkers, type TopTalkersOptions } from './fairness/top-talkers.ts'
export {
  ADAPTIVE_LIMIT_DEFAULTS,
  AdaptiveLimit,
  type AdaptiveLimitOptions,
  type AdaptiveLimitSources,
  type AdaptiveMove,
} from './limit/adaptive-limit.ts'
export { AIMD_LIMIT_DEFAULTS, AimdLimit, type AimdLimitOptions } from './limit/aimd-limit.ts'
export { FixedLimit } from './limit/fixed-limit.ts'
export {
  GRADIENT_LIMIT_DEFAULTS,
  GradientLimit,
  type GradientLimitOptions,
} from './limit/gradient-limit.ts'
export {
  GRADIENT2_LIMIT_DEFAULTS,
  Gradient2Limit,
  type Gradient2LimitOptions,
} from './limit/gradient2-limit.ts'
export type { Limit } from './limit/limit.ts'
export type { LimitRandom } from './limit/limit-random.ts'
export type { QueueSize } from './limit/queue-size.ts'
export { type ResolvedOptions, withDefaults } from './limit/resolved-options.ts'
export type { Sample } from './limit/sample.ts'
export { VEGAS_LIMIT_DEFAULTS, VegasLimit, type VegasLimitOptions } from './limit/vegas-limit.ts'
export {
  WINDOWED_LIMIT_DEFAULTS,
  WindowedLimit,
  type WindowedLimitOptions,
} from './limit/windowed-limit.ts'
export {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  definedOptions,
  type NumberRange,
} from './option/check-option.ts'
export type { ErrorCode } from './option/error-code.ts'
export { InvalidOptionError } from './option/invalid-option-error.ts'
export { type PlainOptions, plainOptions } from './option/plain-options.ts'
export type { PoolOptions } from './pool/pool-options.ts'
export { PoolSet, type PoolState } from './pool/pool-set.ts'
export type { BucketOptions } from './rate/bucket-options.ts'
export type { RateOptions } from './rate/rate-gate.ts'
export { RateKeeper, type RateKeeperOptions, type RateRefusal } from './rate/rate-keeper.ts'
export { TenantBuckets, type TenantBucketsOptions } from './rate/tenant-buckets.ts'
export { TokenBucket } from './rate/token-bucket.ts'
export { Shadow, type ShadowedAdmission, type ShadowSnapshot } from './shadow/shadow.ts'
export type { ShadowAnswer, ShadowCounts, ShadowOutcomes } from './shadow/shadow-counters.ts'
export type { Pressure } from './shed/pressure.ts'
export { TIERS, type Tier } from './shed/tier.ts'
export type { ShedAt, Shedding } from './shed/tier-gate.ts'
export type { Clock } from './time/clock.ts'
export { TimeShare } from './time/time-share.ts'
export { VirtualClock } from './time/virtual-clock.ts'
