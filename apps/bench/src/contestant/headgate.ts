import type { FastifyHeadgateOptions } from '@headgate/fastify'
import type { Admission } from '@headgate/node'
import type { Contestant, FastifyGuard, Guard } from './contestant.ts'

// Loaded only when needed, so that the other contestants run without any of Headgate in the process.

/** With no options: that is the claim. */
export const headgate: Contestant = {
  name: 'headgate',
  about: 'Headgate with no options, as the host has it: plugin, middleware, or wrapped listener',
  fastify: () => plugin(),
  express: async () => {
    const { headgate: create } = await import('@headgate/express')
    const middleware = create()
    return { middleware, refuseAll: () => refuseAll(middleware.admission) }
  },
  koa: async () => {
    const { headgate: create } = await import('@headgate/koa')
    const middleware = create()
    return { middleware, refuseAll: () => refuseAll(middleware.admission) }
  },
  node: () => wrapped(),
}

/** Nothing in the framework, all of it before: the cheapest way to refuse. */
export const headgateGuard: Contestant = {
  name: 'headgate-guard',
  about: 'Headgate with no options before the framework',
  fastify: async () => {
    const { createAdmission, createServerFactory } = await import('@headgate/fastify')
    const admission = createAdmission()
    return {
      serverFactory: createServerFactory({ admission }),
      refuseAll: () => refuseAll(admission),
    }
  },
  express: () => wrapped(() => import('@headgate/express')),
  koa: () => wrapped(),
}

/** The tenant is named by the path: `/of/<name>/`. */
export const headgateTenants: Contestant = {
  name: 'headgate-tenants',
  about: 'Headgate that is told who asks',
  fastify: () => plugin({ tenant: ({ url }) => /^\/of\/([^/]+)/.exec(url)?.[1] }),
}

async function plugin(options: FastifyHeadgateOptions = {}): Promise<FastifyGuard> {
  const { headgate: register } = await import('@headgate/fastify')
  let admission: Admission | undefined
  return {
    register: async (app) => {
      await app.register(register, options)
      admission = app.headgate
    },
    refuseAll: () => refuseAll(admission),
  }
}

async function wrapped(
  load: () => Promise<Pick<typeof import('@headgate/express'), 'wrap'>> = () =>
    import('@headgate/node'),
): Promise<Omit<Guard<never>, 'middleware'>> {
  const { createAdmission } = await import('@headgate/node')
  const { wrap } = await load()
  const admission = createAdmission()
  return {
    wrap: (listener) => wrap(listener, { admission }),
    refuseAll: () => refuseAll(admission),
  }
}

/** As at its door under overload. */
function refuseAll(admission: Admission | undefined): void {
  admission?.forced.reject({ admitted: false, reason: 'shed', retryAfterMs: 1_000 })
}
