import { channel } from 'node:diagnostics_channel'
import {
  type AdmissionListener,
  type Clock,
  type DurationRecorder,
  TimeShare,
} from '@headgate/core'
import {
  ADMISSION_EVENT_TYPES,
  type AdmissionEvent,
  type AdmissionEventType,
} from './admission-event.ts'
import { DurationRecorders } from './duration-recorders.ts'
import { type ListenerLoss, ListenerLosses } from './listener-losses.ts'
import {
  DEFAULT_LISTENER_RATIO,
  type EventTypes,
  type Listener,
  type SubscribeOptions,
  Subscription,
} from './subscription.ts'

const decisions = channel('headgate:decision')
const limits = channel('headgate:limit')
const drains = channel('headgate:drain')

type Channel = typeof decisions
type ByType<Value> = Readonly<Partial<Record<AdmissionEventType, Value>>>

const CHANNELS: ByType<Channel> = {
  admitted: decisions,
  rejected: decisions,
  shadow: decisions,
  limit: limits,
  drain: drains,
}

/** Events that every request makes. */
const PER_REQUEST: readonly AdmissionEventType[] = ['admitted', 'rejected', 'released', 'shadow']
/** Few by their nature; whoever misses one of them is wrong for long. */
const FEW: readonly AdmissionEventType[] = ['overload', 'drain', 'error']

/** Where the events of one type go. */
interface Line {
  readonly channel: Channel | undefined
  readonly hearing: readonly Subscription[]
  readonly isFew: boolean
}

/**
 * Spreads an admission's events to its subscribers and to the process's diagnostics channels, each within a share of
 * the time.
 */
export class EventHub implements AdmissionListener {
  readonly #clock: Clock
  readonly #subscribers = new Set<Subscription>()
  readonly #losses = new ListenerLosses()
  readonly #recorders: DurationRecorders
  /** Whoever is on the channels is not known apart. */
  readonly #channelShare: TimeShare
  /** Who hears what: made anew with each change, for it is read with each event. */
  #lines: ByType<Line> = {}
  readonly #onSubscriberError: (error: unknown) => void
  #wantsRequests = false
  /** How many pools are overloaded. */
  #overloaded = 0

  constructor(clock: Clock, onSubscriberError: (error: unknown) => void) {
    this.#clock = clock
    this.#onSubscriberError = onSubscriberError
    this.#recorders = new DurationRecorders(onSubscriberError)
    this.#channelShare = new TimeShare(clock, DEFAULT_LISTENER_RATIO)
    this.#losses.open('diagnostics_channel', this.#channelShare)
    this.#refresh()
  }

  /** Whether requests are refused for want of capacity, or were within the last second. */
  get isOverloaded(): boolean {
    return this.#overloaded > 0
  }

  /** Whether anybody wants the events that every request makes. */
  get perRequest(): boolean {
    return this.#wantsRequests || decisions.hasSubscribers
  }

  /** Whether anybody hears of errors in the user's functions. */
  get hearsErrors(): boolean {
    return (this.#lines.error?.hearing.length ?? 0) > 0
  }

  get durations(): DurationRecorder | undefined {
    return this.#recorders.isEmpty ? undefined : this.#recorders
  }

  /** `recorder` hears every duration until the function returned is called. */
  record(recorder: DurationRecorder): () => void {
    return this.#recorders.add(recorder)
  }

  /** What each listener did not hear, by name. */
  get listeners(): Readonly<Record<string, ListenerLoss>> {
    return this.#losses.snapshot()
  }

  /** @throws {InvalidOptionError} when there is nobody to tell, nothing to tell of, or an option is wrong. */
  subscribe(listener: Listener, only?: EventTypes, options?: SubscribeOptions): () => void {
    // A subscription of its own each time, so that subscribing one function twice and ending it once is right.
    const subscription = new Subscription(this.#clock, listener, [only, options])
    const close = this.#losses.open(subscription.name, subscription.share)
    this.#subscribers.add(subscription)
    this.#refresh()
    return () => {
      subscription.isOn = false
      this.#subscribers.delete(subscription)
      close()
      this.#refresh()
    }
  }

  onEvent(event: AdmissionEvent): void {
    if (event.type === 'overload') this.#overloaded += event.overloaded ? 1 : -1
    const lines = this.#lines
    const line = lines[event.type] as Line
    if (line.channel?.hasSubscribers) this.#publish(line, event)
    for (const subscription of line.hearing) {
      // One may have ended the subscription of another meanwhile.
      if (subscription.isOn) this.#tell(subscription, event, line.isFew)
    }
    if (lines !== this.#lines) this.#tellNew(line, event)
  }

  #publish({ channel, isFew }: Line, event: AdmissionEvent): void {
    const publish = (): void => channel?.publish(event)
    if (isFew) this.#channelShare.tellAnyway(publish, undefined)
    else this.#channelShare.tell(publish, undefined)
  }

  /** Those who came while it was told hear it as well, and whoever comes through them. */
  #tellNew({ hearing, isFew }: Line, event: AdmissionEvent): void {
    for (const subscription of this.#subscribers) {
      if (!subscription.wants(event.type) || hearing.includes(subscription)) continue
      this.#tell(subscription, event, isFew)
    }
  }

  /** What a subscriber throws is told to the subscribers in turn, which ends: once a second for each source. */
  #tell({ share, listener }: Subscription, event: AdmissionEvent, isFew: boolean): void {
    if (isFew) share.tellAnyway(listener, event, this.#onSubscriberError)
    else share.tell(listener, event, this.#onSubscriberError)
  }

  #refresh(): void {
    const all = [...this.#subscribers]
    const lines = ADMISSION_EVENT_TYPES.map((type): [string, Line] => [
      type,
      {
        channel: CHANNELS[type],
        hearing: all.filter((subscription) => subscription.wants(type)),
        isFew: FEW.includes(type),
      },
    ])
    this.#lines = Object.fromEntries(lines)
    this.#wantsRequests = PER_REQUEST.some((type) => (this.#lines[type]?.hearing.length ?? 0) > 0)
  }
}
