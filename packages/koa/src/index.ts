export {
  type Admission,
  context,
  createAdmission,
  type DrainOnSignalOptions,
  type DrainReport,
  drainOnSignal,
  InvalidOptionError,
  isProbe,
  type RequestHandle,
  type RouteOptions,
  type WrapOptions,
  wrap,
} from '@headgate/node'
export { admit } from './admit.ts'
export { type HeadgateMiddleware, headgate } from './headgate.ts'
export type { KoaHeadgateOptions, KoaRequest } from './koa-options.ts'
