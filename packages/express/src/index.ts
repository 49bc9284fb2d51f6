export {
  type Admission,
  type AdmissionEvent,
  type AdmissionOptions,
  context,
  createAdmission,
  createCachedSingleflight,
  createSingleflight,
  type DrainOnSignalOptions,
  type DrainReport,
  drainOnSignal,
  InvalidOptionError,
  isProbe,
  type Liveness,
  type LivenessOptions,
  logOverload,
  type NodeAdmissionSnapshot,
  type OverloadLogger,
  RejectedError,
  type Rejection,
  type RejectReason,
  type RequestHandle,
  type RouteOptions,
  startLiveness,
  type Tier,
  type WrapOptions,
} from '@headgate/node'
export { admit } from './admit.ts'
export type { ExpressHeadgateOptions } from './express-options.ts'
export { type HeadgateMiddleware, headgate } from './headgate.ts'
export { wrap } from './wrap.ts'
