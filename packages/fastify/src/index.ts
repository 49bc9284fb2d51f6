import {
  context,
  createAdmission,
  createCachedSingleflight,
  createSingleflight,
  drainOnSignal,
  InvalidOptionError,
  isProbe,
  logOverload,
  RejectedError,
  startLiveness,
} from '@headgate/node'
import { createServerFactory } from './create-server-factory.ts'
import { headgate } from './headgate.ts'

export type {
  Admission,
  AdmissionEvent,
  AdmissionOptions,
  CachedSingleflight,
  CachedSingleflightOptions,
  DrainOnSignalOptions,
  DrainReport,
  Liveness,
  LivenessOptions,
  NodeAdmissionSnapshot,
  OverloadLogger,
  Rejection,
  RejectReason,
  RequestHandle,
  RouteOptions,
  Singleflight,
  SingleflightOptions,
  Tier,
} from '@headgate/node'
export type { GuardOptions } from './create-server-factory.ts'
export type { FastifyHeadgateOptions } from './fastify-options.ts'
export type { RouteConfig } from './route-config.ts'
export {
  context,
  createAdmission,
  createCachedSingleflight,
  createServerFactory,
  createSingleflight,
  drainOnSignal,
  headgate,
  InvalidOptionError,
  isProbe,
  logOverload,
  RejectedError,
  startLiveness,
}

// For CommonJS, where `require` gives the plugin itself: the other names are found on it.
const plugin: typeof headgate & {
  readonly context: typeof context
  readonly createAdmission: typeof createAdmission
  readonly createCachedSingleflight: typeof createCachedSingleflight
  readonly createServerFactory: typeof createServerFactory
  readonly createSingleflight: typeof createSingleflight
  readonly drainOnSignal: typeof drainOnSignal
  readonly headgate: typeof headgate
  readonly InvalidOptionError: typeof InvalidOptionError
  readonly isProbe: typeof isProbe
  readonly logOverload: typeof logOverload
  readonly RejectedError: typeof RejectedError
  readonly startLiveness: typeof startLiveness
} = Object.assign(headgate, {
  context,
  createAdmission,
  createCachedSingleflight,
  createServerFactory,
  createSingleflight,
  drainOnSignal,
  headgate,
  InvalidOptionError,
  isProbe,
  logOverload,
  RejectedError,
  startLiveness,
})

export { plugin as default, plugin as 'module.exports' }
