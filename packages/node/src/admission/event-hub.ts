import { type Channel, channel } from 'node:diagnostics_channel'
import {
  type AdmissionListener,
  checkFunction,
  checkOneOf,
  InvalidOptionError,
} from '@headgate/core'
import {
  ADMISSION_EVENT_TYPES,
  type AdmissionEvent,
  type AdmissionEventType,
} from './admission-event.ts'

const decisions = channel('headgate:decision')
const limits = channel('headgate:limit')
const drains = channel('headgate:drain')

const CHANNELS: Readonly<Partial<Record<AdmissionEventType, Channel>>> = {
  admitted: decisions,
  rejected: decisions,
  shadow: decisions,
  limit: limits,
  drain: drains,
}

/** Events that every request makes. */
const PER_REQUEST: readonly AdmissionEventType[] = ['admitted', 'rejected', 'released', 'shadow']

const NOBODY: readonly Subscriber[] = Object.freeze([])

type Subscriber = (event: AdmissionEvent) => void

/** Spreads an admission's events to its subscribers and to the process's diagnostics channels. */
export class EventHub implements AdmissionListener {
  /** By subscriber: the types it asked for, or `undefined` for all. */
  readonly #subscribers = new Map<Subscriber, ReadonlySet<AdmissionEventType> | undefined>()
  /** Who hears what: made anew with each change, for it is read with each event. */
  #byType: Readonly<Partial<Record<AdmissionEventType, readonly Subscriber[]>>> = {}
  readonly #onSubscriberError: (error: unknown) => void
  #wantsRequests = false
  /** How many pools are overloaded. */
  #overloaded = 0

  constructor(onSubscriberError: (error: unknown) => void) {
    this.#onSubscriberError = onSubscriberError
  }

  /** Whether requests are refused for want of capacity, or were within the last second. */
  get isOverloaded(): boolean {
    return this.#overloaded > 0
  }

  /** Whether anybody wants the events that every request makes. */
  get perRequest(): boolean {
    return this.#wantsRequests || decisions.hasSubscribers
  }

  /** @throws {InvalidOptionError} when there is nobody to tell, or nothing to tell of. */
  subscribe(subscriber: Subscriber, only?: readonly AdmissionEventType[]): () => void {
    checkFunction('listener', subscriber)
    if (only !== undefined) checkEventTypes(only)
    // A subscription of its own each time, so that subscribing one function twice and ending it once is right.
    const own: Subscriber = (event) => subscriber(event)
    this.#subscribers.set(own, only && new Set(only))
    this.#refresh()
    return () => {
      this.#subscribers.delete(own)
      this.#refresh()
    }
  }

  onEvent(event: AdmissionEvent): void {
    if (event.type === 'overload') this.#overloaded += event.overloaded ? 1 : -1
    CHANNELS[event.type]?.publish(event)
    const all = this.#byType
    const hearing = all[event.type] ?? NOBODY
    for (const subscriber of hearing) {
      // One may have ended the subscription of another meanwhile.
      if (all === this.#byType || this.#subscribers.has(subscriber)) this.#tell(subscriber, event)
    }
    if (all !== this.#byType) this.#tellNew(hearing, event)
  }

  /** Those who came while it was told hear it as well, and whoever comes through them. */
  #tellNew(told: readonly Subscriber[], event: AdmissionEvent): void {
    for (const [subscriber, only] of this.#subscribers) {
      const wants = only === undefined || only.has(event.type)
      if (wants && !told.includes(subscriber)) this.#tell(subscriber, event)
    }
  }

  #tell(subscriber: Subscriber, event: AdmissionEvent): void {
    try {
      subscriber(event)
    } catch (error) {
      // Told to the subscribers in turn, which ends: an error is told once a second for each source.
      this.#onSubscriberError(error)
    }
  }

  #refresh(): void {
    const all = [...this.#subscribers]
    const hearing = ADMISSION_EVENT_TYPES.map((type) => [
      type,
      all.filter(([, only]) => only === undefined || only.has(type)).map(([own]) => own),
    ])
    this.#byType = Object.fromEntries(hearing)
    this.#wantsRequests = [...this.#subscribers.values()].some(
      (only) => only === undefined || PER_REQUEST.some((type) => only.has(type)),
    )
  }
}

function checkEventTypes(only: unknown): void {
  if (!Array.isArray(only)) throw new InvalidOptionError('only', 'an array of event types', only)
  for (const type of only) checkOneOf('only', type, ADMISSION_EVENT_TYPES)
}
