import {
  type Clock,
  checkFunction,
  checkKnownOptions,
  checkOneOf,
  InvalidOptionError,
  TimeShare,
} from '@headgate/core'
import {
  ADMISSION_EVENT_TYPES,
  type AdmissionEvent,
  type AdmissionEventType,
} from './admission-event.ts'

/** Whoever listens shares the thread with the requests. */
export const DEFAULT_LISTENER_RATIO = 0.01

export interface SubscribeOptions {
  /** What the snapshot and the metrics call it. 1 to 64 characters. Default the function's own name, or `listener`. */
  readonly name?: string | undefined
  /**
   * The share of the time that the listener may take. Events that do not fit are dropped and counted, but for
   * `overload`, `drain` and `error`, which are few. Above 0, up to 1: no bound, and no clock is asked.
   * Default 0.01.
   */
  readonly maxTimeRatio?: number | undefined
}

export type Listener = (event: AdmissionEvent) => void
export type EventTypes = readonly AdmissionEventType[]

/** One listener, and what it asked for. */
export class Subscription {
  readonly name: string
  readonly listener: Listener
  readonly share: TimeShare
  readonly #only: ReadonlySet<AdmissionEventType> | undefined
  /** False once it was ended. */
  isOn = true

  /** @throws {InvalidOptionError} when there is nobody to tell, nothing to tell of, or an option is wrong. */
  constructor(
    clock: Clock,
    listener: Listener,
    [only, options = {}]: readonly [
      only?: EventTypes | undefined,
      options?: SubscribeOptions | undefined,
    ],
  ) {
    checkFunction('listener', listener)
    if (only !== undefined) checkEventTypes(only)
    checkKnownOptions('options', options, ['name', 'maxTimeRatio'])
    const { name, maxTimeRatio = DEFAULT_LISTENER_RATIO } = options
    if (name !== undefined) checkName(name)
    this.name = name ?? (listener.name.slice(0, 64) || 'listener')
    this.listener = listener
    this.share = new TimeShare(clock, maxTimeRatio)
    this.#only = only && new Set(only)
  }

  wants(type: AdmissionEventType): boolean {
    return this.#only === undefined || this.#only.has(type)
  }
}

function checkEventTypes(only: unknown): void {
  if (!Array.isArray(only)) throw new InvalidOptionError('only', 'an array of event types', only)
  for (const type of only) checkOneOf('only', type, ADMISSION_EVENT_TYPES)
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name.length >= 1 && name.length <= 64) return
  throw new InvalidOptionError('name', 'a string of 1 to 64 characters', name)
}
