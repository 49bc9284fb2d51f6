import type { HeadgateOptions } from '@headgate/node'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The options of the plugin: those of every host, and where in Fastify's way of a request to ask. */
export interface FastifyHeadgateOptions extends HeadgateOptions<FastifyRequest, FastifyReply> {
  /**
   * Default `onRequest`: before the body is read, which makes a refusal cheapest. `preHandler` when
   * `tier` needs what authentication or the body say.
   */
  readonly hook?: 'onRequest' | 'preHandler' | undefined
}
