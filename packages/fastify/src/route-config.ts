import { checkKnownOptions, checkNumber, checkOneOf, TIERS } from '@headgate/core'
import { InvalidOptionError, type Tier } from '@headgate/node'

/** What a route says of its requests: `{ config: { headgate: { tier: 'critical' } } }`. */
export interface RouteOptions {
  /** How important the route is. Default `important`, or what the plugin's `tier` says. */
  readonly tier?: Tier | undefined
  /** Milliseconds after which an answer of this route is useless. Above 0. Default none. */
  readonly deadlineMs?: number | undefined
}

/** `false` exempts the route: never refused, queued or sampled. */
export type RouteConfig = RouteOptions | false

/** @throws {InvalidOptionError} at start-up, naming the route, when its config is wrong. */
export function checkRouteConfig(route: string, config: unknown): void {
  if (config === undefined || config === false) return
  const where = `config.headgate of ${route}`
  if (typeof config !== 'object' || config === null) {
    throw new InvalidOptionError(where, 'an object or false', config)
  }
  checkKnownOptions(where, config, ['tier', 'deadlineMs'])
  const { tier, deadlineMs } = config as RouteOptions
  if (tier !== undefined) checkOneOf(`${where}: tier`, tier, TIERS)
  if (deadlineMs !== undefined) checkNumber(`${where}: deadlineMs`, deadlineMs, { above: 0 })
}
