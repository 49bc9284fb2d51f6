import { type Channel, channel } from 'node:diagnostics_channel'
import type { AdmissionListener } from '@headgate/core'
import type { AdmissionEvent, AdmissionEventType } from './admission-event.ts'

const decisions = channel('headgate:decision')
const limits = channel('headgate:limit')
const drains = channel('headgate:drain')

const CHANNELS: Readonly<Partial<Record<AdmissionEventType, Channel>>> = {
  admitted: decisions,
  rejected: decisions,
  limit: limits,
  drain: drains,
}

type Subscriber = (event: AdmissionEvent) => void

/** Spreads an admission's events to its subscribers and to the process's diagnostics channels. */
export class EventHub implements AdmissionListener {
  /** By subscriber: the types it asked for, or `undefined` for all. */
  readonly #subscribers = new Map<Subscriber, ReadonlySet<AdmissionEventType> | undefined>()
  readonly #onSubscriberError: (error: unknown) => void
  #wantsRequests = false

  constructor(onSubscriberError: (error: unknown) => void) {
    this.#onSubscriberError = onSubscriberError
  }

  /** Whether anybody wants the events that every request makes. */
  get perRequest(): boolean {
    return this.#wantsRequests || decisions.hasSubscribers
  }

  subscribe(subscriber: Subscriber, only?: readonly AdmissionEventType[]): () => void {
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
    CHANNELS[event.type]?.publish(event)
    for (const [subscriber, only] of this.#subscribers) {
      if (only !== undefined && !only.has(event.type)) continue
      try {
        subscriber(event)
      } catch (error) {
        // Telling subscribers of their own error could go on for ever.
        if (event.type !== 'error') this.#onSubscriberError(error)
      }
    }
  }

  #refresh(): void {
    this.#wantsRequests = [...this.#subscribers.values()].some(
      (only) =>
        only === undefined || only.has('admitted') || only.has('rejected') || only.has('released'),
    )
  }
}
