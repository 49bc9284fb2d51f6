import {
  type AdmissionRequest,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  InvalidOptionError,
  TIERS,
  type Tier,
} from '@headgate/core'
import { type CoalesceOptions, checkCoalesceOptions } from '../coalesce/coalesce-options.ts'
import type { Coalescing } from '../coalesce/coalescing.ts'
import { createCoalescing } from '../coalesce/create-coalescing.ts'

/** What a route says of its requests. It goes before what the host's own options say. */
export interface RouteOptions<Request> {
  /** How important the route is. Default `important`, or what the host's `tier` says. */
  readonly tier?: Tier | undefined
  /** Who asks: a name for all, or a function. Default what the host's `tenant` says. */
  readonly tenant?: string | ((request: Request) => string | undefined) | undefined
  /** One of the `pools`, or a function. Default what the host's `pool` says. */
  readonly pool?: string | ((request: Request) => string | undefined) | undefined
  /** Permits that a request takes, an integer from 1, or a function. Default what the host's `cost` says. */
  readonly cost?: number | ((request: Request) => number | undefined) | undefined
  /** Milliseconds after which an answer of this route is useless. Above 0. Default none. */
  readonly deadlineMs?: number | undefined
  /** How equal requests share one answer; `false`: they do not. Default what the host's `coalesce` says. */
  readonly coalesce?: CoalesceOptions<Request> | false | undefined
}

const NAMES: readonly (keyof RouteOptions<unknown>)[] = [
  'tier',
  'tenant',
  'pool',
  'cost',
  'deadlineMs',
  'coalesce',
]

/** What a route says, made ready at its first request. */
export interface RouteRule<Request> {
  /** What is the same for each of its requests. */
  readonly fixed: AdmissionRequest
  readonly tenant: ((request: Request) => string | undefined) | undefined
  readonly pool: ((request: Request) => string | undefined) | undefined
  readonly cost: ((request: Request) => number | undefined) | undefined
  readonly coalescing: Coalescing<Request> | false | undefined
  /** Never refused, queued or counted. */
  readonly isExempt: boolean
  /** Everything it says is the same for each. */
  readonly asksNothing: boolean
}

/**
 * @param poolNames of the admission that its requests will ask; where it is not known yet, any name passes,
 *   and one that is wrong counts as malformed with each request
 * @throws {InvalidOptionError} when `options` of the route called `where` are wrong.
 */
export function checkRouteOptions(
  where: string,
  options: object,
  poolNames?: readonly string[],
): void {
  checkKnownOptions(where, options, NAMES)
  const { tier, tenant, pool, cost, deadlineMs, coalesce } = options as RouteOptions<never>
  checkCoalesceOptions(`${where}: coalesce`, coalesce)
  if (tier !== undefined) checkOneOf(`${where}: tier`, tier, TIERS)
  if (tenant !== undefined && typeof tenant !== 'string' && typeof tenant !== 'function') {
    throw new InvalidOptionError(`${where}: tenant`, 'a string or a function', tenant)
  }
  checkPool(`${where}: pool`, pool, poolNames)
  if (typeof cost === 'number') checkInteger(`${where}: cost`, cost, { min: 1 })
  else if (cost !== undefined && typeof cost !== 'function') {
    throw new InvalidOptionError(`${where}: cost`, 'an integer from 1 or a function', cost)
  }
  if (deadlineMs !== undefined) checkNumber(`${where}: deadlineMs`, deadlineMs, { above: 0 })
}

function checkPool(where: string, pool: unknown, poolNames: readonly string[] | undefined): void {
  if (pool === undefined || typeof pool === 'function') return
  if (poolNames !== undefined) checkOneOf(where, pool, poolNames)
  else if (typeof pool !== 'string') {
    throw new InvalidOptionError(where, 'a string or a function', pool)
  }
}

/**
 * @param options what it says; `false` exempts it
 * @param flow what shares the capacity where no tenant is named: the route, if the host knows it
 * @param coalescing where several rules share it
 */
export function createRouteRule<Request>(
  options: RouteOptions<Request> | false = {},
  flow?: string,
  coalescing: RouteRule<Request>['coalescing'] = createCoalescing(
    options ? options.coalesce : undefined,
  ),
): RouteRule<Request> {
  const { tier, tenant, pool, cost, deadlineMs }: RouteOptions<Request> = options || {}
  return Object.freeze({
    fixed: Object.freeze({
      tier,
      tenant: typeof tenant === 'string' ? tenant : undefined,
      pool: typeof pool === 'string' ? pool : undefined,
      cost: typeof cost === 'number' ? cost : undefined,
      deadlineMs,
      flow,
    }),
    tenant: typeof tenant === 'function' ? tenant : undefined,
    pool: typeof pool === 'function' ? pool : undefined,
    cost: typeof cost === 'function' ? cost : undefined,
    coalescing,
    isExempt: options === false,
    asksNothing: [tenant, pool, cost].every((option) => typeof option !== 'function'),
  })
}
