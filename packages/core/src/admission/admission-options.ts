import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  definedOptions,
} from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import { SHED_AT_DEFAULTS, type ShedAt, type ShedThresholds } from '../shed/tier-gate.ts'

/** Who is served first: the longest waiting, the newest, or whichever the state of the queue asks for. */
export type QueueOrder = 'auto' | 'fifo' | 'lifo'

export interface QueueOptions {
  /**
   * Most waiters at a time. Integer from 1 to 1,000,000. Default: four times the limit, within 64 and
   * 10,000, and at least what the event loop and the permits get through in `maxWaitMs`.
   */
  readonly maxQueued?: number | undefined
  /** Longest wait in milliseconds. From 1 to 60,000. Default 100. */
  readonly maxWaitMs?: number | undefined
  /** Default `auto`: oldest first, and newest first for what is stale in a standing queue. */
  readonly order?: QueueOrder | undefined
}

export interface AdmissionOptions {
  /** `false`: no waiting, a request is admitted now or refused. */
  readonly queue?: QueueOptions | false | undefined
  readonly shedAt?: ShedAt | undefined
}

export interface ResolvedQueue {
  /** `undefined`: derived from the limit. */
  readonly maxQueued: number | undefined
  readonly maxWaitMs: number
  readonly order: QueueOrder
}

export interface ResolvedAdmissionOptions {
  readonly queue: ResolvedQueue | undefined
  readonly shedAt: ShedThresholds
}

export const QUEUE_DEFAULTS: ResolvedQueue = Object.freeze({
  maxQueued: undefined,
  maxWaitMs: 100,
  order: 'auto',
})

/** The names that `resolveAdmissionOptions` knows, for hosts that take them among their own. */
export const ADMISSION_OPTION_NAMES: readonly (keyof AdmissionOptions)[] = Object.freeze([
  'queue',
  'shedAt',
] as const)

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function resolveAdmissionOptions(options: AdmissionOptions): ResolvedAdmissionOptions {
  checkKnownOptions('options', options, ADMISSION_OPTION_NAMES)
  return { queue: resolveQueue(options.queue), shedAt: resolveShedAt(options.shedAt) }
}

function resolveQueue(queue: QueueOptions | false | undefined): ResolvedQueue | undefined {
  if (queue === false) return undefined
  if (queue === undefined) return QUEUE_DEFAULTS
  checkKnownOptions('queue', queue, Object.keys(QUEUE_DEFAULTS))
  const { maxQueued, maxWaitMs, order } = { ...QUEUE_DEFAULTS, ...definedOptions(queue) }
  if (maxQueued !== undefined)
    checkInteger('queue.maxQueued', maxQueued, { min: 1, max: 1_000_000 })
  checkNumber('queue.maxWaitMs', maxWaitMs, { min: 1, max: 60_000 })
  checkOneOf('queue.order', order, ['auto', 'fifo', 'lifo'])
  return { maxQueued, maxWaitMs, order }
}

function resolveShedAt(shedAt: ShedAt = {}): ShedThresholds {
  if (shedAt !== null && typeof shedAt === 'object' && 'critical' in shedAt) {
    throw new InvalidOptionError('shedAt', 'without critical, which is never shed', shedAt.critical)
  }
  checkKnownOptions('shedAt', shedAt, Object.keys(SHED_AT_DEFAULTS))
  // A tier is never shed later than the one above it, so a lower threshold above lowers the defaults below.
  const { important = SHED_AT_DEFAULTS.important } = shedAt
  checkNumber('shedAt.important', important, { above: 0, max: 1 })
  const { optional = Math.min(SHED_AT_DEFAULTS.optional, important) } = shedAt
  checkNumber('shedAt.optional', optional, { above: 0, max: important })
  const { opportunistic = Math.min(SHED_AT_DEFAULTS.opportunistic, optional) } = shedAt
  checkNumber('shedAt.opportunistic', opportunistic, { above: 0, max: optional })
  return { important, optional, opportunistic }
}
