import type { Clock } from '@headgate/core'
import { checkFunction, checkKnownOptions, InvalidOptionError } from '@headgate/core'
import { context as requestContext } from '@headgate/node'
import type { Random } from '@headgate/resilience'
import type { Classify } from '../call/call-settings.ts'
import type { CallerContext } from '../call/call-terms.ts'
import type { DedupeOptions } from '../dedupe/dedupe-options.ts'
import type { DispatcherLike } from '../handler/handler.ts'
import { type PropagateOptions, Propagation } from '../mouth/propagation.ts'
import type { PipelineParts } from '../pipeline/pipeline.ts'
import {
  type PolicyDefaults,
  type PolicyOptions,
  resolvePolicies,
} from '../policy/policy-options.ts'
import {
  type CallTimeouts,
  resolveTimeouts,
  type TimeoutOptions,
} from '../policy/timeout-options.ts'
import { configuredOptions } from './configured-options.ts'
import type { UndiciModule } from './peer.ts'

/** What a dispatcher may be made resilient with. */
export interface ResilientOptions extends PolicyOptions {
  readonly timeouts?: TimeoutOptions | undefined
  /** What is said to which servers. Default: deadline and attempt, to the client's own upstreams alone. */
  readonly propagate?: PropagateOptions | false | undefined
  /** What an answer or an error means, where the default is wrong; `undefined` leaves it. Must answer at once. */
  readonly classify?: Classify | undefined
  /** What the request is that calls are made for. Default `context()` of `@headgate/node`; `false`: nothing is inherited. */
  readonly context?: (() => CallerContext | undefined) | false | undefined
  /** One call for callers that ask for the same at the same time. Default off. */
  readonly dedupe?: DedupeOptions | boolean | undefined
  /** For tests. Default the process's clock. */
  readonly clock?: Clock | undefined
  /** For tests. Default `Math.random`. */
  readonly random?: Random | undefined
}

/** New upstreams, each time the list changes. */
export type UpstreamSource = () => AsyncIterable<readonly string[]>

export interface ClientOptions extends ResilientOptions {
  /** The undici module to use, or a dispatcher. Default: the undici that is installed, with 128 connections for each upstream. */
  readonly undici?: UndiciModule | DispatcherLike | undefined
  /** What paths are relative to: `https://api.example.com`. With `upstreams`, the name that they go by together. */
  readonly origin?: string | undefined
  /** Replicas of one service, each an origin, or where to hear of them. */
  readonly upstreams?: readonly string[] | UpstreamSource | undefined
}

const RESILIENT_NAMES = [
  'timeouts',
  'retry',
  'hedge',
  'breaker',
  'limiter',
  'throttle',
  'balance',
  'eject',
  'dedupe',
  'propagate',
  'classify',
  'context',
  'clock',
  'random',
] as const

/** @throws {InvalidOptionError} when an option is unknown or of the wrong type. */
export function checkClientOptions(options: ClientOptions): void {
  checkKnownOptions('options', options, ['undici', 'origin', 'upstreams', ...RESILIENT_NAMES])
}

export interface PipelineDefaults {
  readonly clock: Clock
  readonly timeouts: CallTimeouts
  readonly policies: PolicyDefaults
}

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
export function resolvePipeline(
  options: ResilientOptions,
  defaults: PipelineDefaults,
): Omit<PipelineParts, 'base'> {
  const { propagate = {}, classify, context = requestContext, random = Math.random } = options
  const timeouts = resolveTimeouts(options.timeouts, defaults.timeouts)
  if (classify !== undefined) checkFunction('classify', classify)
  if (context !== false) checkFunction('context', context)
  const policies = resolvePolicies(options, timeouts, defaults.policies)
  return {
    clock: options.clock ?? defaults.clock,
    random,
    timeouts,
    policies,
    options: configuredOptions(options, timeouts, policies),
    propagation: propagate === false ? undefined : new Propagation(propagate),
    classify,
    context: context === false ? undefined : context,
  }
}

/** @throws {InvalidOptionError} unless it is the origin of a URL: scheme, host and port. */
export function checkOrigin(option: string, value: unknown): string {
  const expected = 'an origin such as "https://api.example.com"'
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new InvalidOptionError(option, expected, value)
  }
  const { origin, protocol, pathname, search, username } = new URL(value)
  const isBare = pathname === '/' && search === '' && username === ''
  if (!isBare || (protocol !== 'http:' && protocol !== 'https:')) {
    throw new InvalidOptionError(option, expected, value)
  }
  return origin
}

export { RESILIENT_NAMES }
