import { checkRouteOptions, InvalidOptionError, type RouteOptions } from '@headgate/node'
import type { FastifyRequest } from 'fastify'

/**
 * What a route says of its requests: `{ config: { headgate: { tier: 'critical' } } }`. `false` exempts
 * the route: never refused, queued or sampled.
 */
export type RouteConfig = RouteOptions<FastifyRequest> | false

/** @throws {InvalidOptionError} at start-up, naming the route, when its config is wrong. */
export function checkRouteConfig(
  route: string,
  config: unknown,
  poolNames?: readonly string[],
): void {
  if (config === undefined || config === false) return
  const where = `config.headgate of ${route}`
  if (typeof config !== 'object' || config === null) {
    throw new InvalidOptionError(where, 'an object or false', config)
  }
  checkRouteOptions(where, config, poolNames)
}
