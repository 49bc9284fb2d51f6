import {
  context,
  createAdmission,
  drainOnSignal,
  InvalidOptionError,
  isProbe,
} from '@headgate/node'
import { createServerFactory } from './create-server-factory.ts'
import { headgate } from './headgate.ts'

export type {
  Admission,
  DrainOnSignalOptions,
  DrainReport,
  RequestHandle,
  RouteOptions,
} from '@headgate/node'
export type { GuardOptions } from './create-server-factory.ts'
export type { FastifyHeadgateOptions } from './fastify-options.ts'
export type { RouteConfig } from './route-config.ts'
export {
  context,
  createAdmission,
  createServerFactory,
  drainOnSignal,
  headgate,
  InvalidOptionError,
  isProbe,
}

// For CommonJS, where `require` gives the plugin itself: the other names are found on it.
const plugin: typeof headgate & {
  readonly context: typeof context
  readonly createAdmission: typeof createAdmission
  readonly createServerFactory: typeof createServerFactory
  readonly drainOnSignal: typeof drainOnSignal
  readonly headgate: typeof headgate
  readonly InvalidOptionError: typeof InvalidOptionError
  readonly isProbe: typeof isProbe
} = Object.assign(headgate, {
  context,
  createAdmission,
  createServerFactory,
  drainOnSignal,
  headgate,
  InvalidOptionError,
  isProbe,
})

export { plugin as default, plugin as 'module.exports' }
