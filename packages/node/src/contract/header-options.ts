import { checkBoolean, checkKnownOptions, checkOneOf, InvalidOptionError } from '@headgate/core'
import { type CorsOptions, checkCors } from './cors.ts'
import { type HeaderNames, type ResolvedHeaderNames, resolveHeaderNames } from './header-names.ts'

/** What a server tells of itself: it stops work when a client leaves; it asks not to be hedged. */
export type Capability = 'cancel' | 'no-hedge'

const CAPABILITIES: readonly Capability[] = ['cancel', 'no-hedge']

/** What is said in headers, and by which names. */
export interface HeaderOptions {
  /** Other names than the default ones, by meaning; `false`: neither read nor sent. */
  readonly names?: HeaderNames | undefined
  /** Whom a refusal for want of capacity is about: `x-overload: scope=…`. Default `instance`: others may have some. */
  readonly overloadScope?: 'instance' | 'service' | undefined
  /**
   * Whether a refusal says `x-retry-pushback-ms`: when to come back, or `-1`, not to retry, while more than a tenth of what
   * arrives are retries, as senders say whom `trust` names. Default false.
   */
  readonly pushback?: boolean | undefined
  /** Whether answers say `RateLimit` and `RateLimit-Policy`, in the syntax of the draft's revision 11. Default false. */
  readonly rateLimit?: boolean | undefined
  /** Whether answers say how loaded the service is: `endpoint-load-metrics`. Default false. */
  readonly loadHint?: boolean | undefined
  /** What answers say in `x-capabilities`. Default nothing. */
  readonly capabilities?: readonly Capability[] | undefined
  /** Which pages of other origins may read a refusal, whose preflights then are never shed. Default none. */
  readonly cors?: CorsOptions | undefined
}

/** The same with every default. */
export interface ResolvedHeaderOptions {
  readonly names: ResolvedHeaderNames
  readonly overloadScope: 'instance' | 'service'
  readonly pushback: boolean
  readonly rateLimit: boolean
  readonly loadHint: boolean
  readonly capabilities: readonly Capability[]
  readonly cors: CorsOptions | undefined
}

const NAMES: readonly (keyof HeaderOptions)[] = [
  'names',
  'overloadScope',
  'pushback',
  'rateLimit',
  'loadHint',
  'capabilities',
  'cors',
]

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function resolveHeaderOptions(options: HeaderOptions = {}): ResolvedHeaderOptions {
  checkKnownOptions('headers', options, NAMES)
  const { overloadScope = 'instance', pushback = false, rateLimit = false } = options
  const { loadHint = false, capabilities = [], cors } = options
  checkOneOf('headers.overloadScope', overloadScope, ['instance', 'service'])
  checkBoolean('headers.pushback', pushback)
  checkBoolean('headers.rateLimit', rateLimit)
  checkBoolean('headers.loadHint', loadHint)
  if (!Array.isArray(capabilities)) {
    throw new InvalidOptionError('headers.capabilities', 'an array', capabilities)
  }
  for (const each of capabilities) checkOneOf('headers.capabilities', each, CAPABILITIES)
  if (cors !== undefined) checkCors(cors)
  const names = resolveHeaderNames(options.names)
  return { names, overloadScope, pushback, rateLimit, loadHint, capabilities, cors }
}
