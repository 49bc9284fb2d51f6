import { checkBoolean, checkOneOf } from '@headgate/core'
import {
  type HeaderOptions,
  type ResolvedHeaderOptions,
  resolveHeaderOptions,
} from '../contract/header-options.ts'

/**
 * When the permit of a request goes back.
 *
 * - `both`: once its handler has ended and its response is sent.
 * - `response`: once its response is over, though its handler may go on without its client.
 * - `handler`: once its handler has its answer, however long sending that takes.
 * - `headers`: once the head of the response is sent: what follows is a stream that costs little.
 */
export type ReleaseOn = 'both' | 'response' | 'handler' | 'headers'

const RELEASES: readonly ReleaseOn[] = ['both', 'response', 'handler', 'headers']

/** What a request's stay is like once it was let in. */
export interface VisitOptions {
  /**
   * Whether `context()` answers in handlers, for calls to other services: deadline, tier, tenant. Default
   * false: with it, every promise of the process costs a little more.
   */
  readonly context?: boolean | undefined
  /**
   * When a permit goes back. Default `both`, where neither clients nor handlers can have more at work than the
   * limit. Whatever is chosen, it goes back when a client is slow, or after `maxHoldMs`.
   */
  readonly releaseOn?: ReleaseOn | undefined
  /** What is read and said in headers, and by which names. */
  readonly headers?: HeaderOptions | undefined
}

export const VISIT_OPTION_NAMES: readonly (keyof VisitOptions)[] = Object.freeze([
  'context',
  'headers',
  'releaseOn',
] as const)

/** The same with every default. */
export interface ResolvedVisitOptions {
  readonly context: boolean
  readonly releaseOn: ReleaseOn
  readonly headers: ResolvedHeaderOptions
}

/** @throws {InvalidOptionError} when an option is of the wrong type. */
export function resolveVisitOptions(options: VisitOptions): ResolvedVisitOptions {
  const { context = false, releaseOn = 'both' } = options
  checkBoolean('context', context)
  checkOneOf('releaseOn', releaseOn, RELEASES)
  return { context, releaseOn, headers: resolveHeaderOptions(options.headers) }
}
