import type { FastifyHeadgateOptions } from '@headgate/fastify'
import type { FastifyInstance } from 'fastify'
import type { Contestant } from './contestant.ts'

/** With no options: that is the claim. */
export const headgate: Contestant = {
  name: 'headgate',
  about: 'Headgate with no options',
  register: async (app) => {
    await registerHeadgate(app)
  },
}

/** The tenant is named by the path: `/of/<name>/`. */
export const headgateTenants: Contestant = {
  name: 'headgate-tenants',
  about: 'Headgate that is told who asks',
  register: async (app) => {
    await registerHeadgate(app, { tenant: ({ url }) => /^\/of\/([^/]+)/.exec(url)?.[1] })
  },
}

/** One permit, which the bench holds, and no queue. */
export const headgateClosed: Contestant = {
  name: 'headgate-closed',
  about: 'Headgate that refuses every request',
  register: async (app) => {
    await registerHeadgate(app, { limit: 1, queue: false })
  },
}

async function registerHeadgate(
  app: FastifyInstance,
  options: FastifyHeadgateOptions = {},
): Promise<void> {
  // Loaded only here, so that the other contestants run without any of Headgate in the process.
  const { headgate: plugin } = await import('@headgate/fastify')
  await app.register(plugin, options)
}
