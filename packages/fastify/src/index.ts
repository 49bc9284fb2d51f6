import { context, createAdmission, InvalidOptionError, isProbe } from '@headgate/node'
import { createServerFactory } from './create-server-factory.ts'
import { headgate } from './headgate.ts'

export type { Admission, RequestHandle, RouteOptions } from '@headgate/node'
export type { GuardOptions } from './create-server-factory.ts'
export type { FastifyHeadgateOptions } from './fastify-options.ts'
export type { RouteConfig } from './route-config.ts'
export { context, createAdmission, createServerFactory, headgate, InvalidOptionError, isProbe }

// For CommonJS, where `require` gives the plugin itself: the other names are found on it.
const plugin: typeof headgate & {
  readonly context: typeof context
  readonly createAdmission: typeof createAdmission
  readonly createServerFactory: typeof createServerFactory
  readonly headgate: typeof headgate
  readonly InvalidOptionError: typeof InvalidOptionError
  readonly isProbe: typeof isProbe
} = Object.assign(headgate, {
  context,
  createAdmission,
  createServerFactory,
  headgate,
  InvalidOptionError,
  isProbe,
})

export { plugin as default, plugin as 'module.exports' }
