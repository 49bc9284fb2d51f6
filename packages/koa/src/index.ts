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
  type NodeAdmissionSnapshot,
  RejectedError,
  type Rejection,
  type RejectReason,
  type RequestHandle,
  type RouteOptions,
  startLiveness,
  type Tier,
  type WrapOptions,
  wrap,
} from '@headgate/node'
export { admit } from './admit.ts'
export { type HeadgateMiddleware, headgate } from './headgate.ts'
export type { KoaHeadgateOptions, KoaRequest } from './koa-options.ts'
