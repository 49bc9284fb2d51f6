import { headgate } from './headgate.ts'

export { type Admission, InvalidOptionError, isProbe, type RequestHandle } from '@headgate/node'
export type { FastifyHeadgateOptions } from './fastify-options.ts'
export type { RouteConfig, RouteOptions } from './route-config.ts'
// Fastify loads a plugin by any of these: `import headgate from`, `import { headgate } from`, `require`.
export { headgate, headgate as 'module.exports' }
export default headgate
