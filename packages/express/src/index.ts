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
} from '@headgate/node'
export { admit } from './admit.ts'
export type { ExpressHeadgateOptions } from './express-options.ts'
export { type HeadgateMiddleware, headgate } from './headgate.ts'
export { wrap } from './wrap.ts'
