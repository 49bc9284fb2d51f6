import { type Clock, checkKnownOptions, checkNumber, InvalidOptionError } from '@headgate/core'

export interface SlowClientOptions {
  /** What a client moves at least while it has to send its body or to read its answer. Above 0. Default 240. */
  readonly minBytesPerSecond?: number | undefined
  /** Over how many milliseconds that is measured, and so how long it may stand still: 1,000 or more. Default 30,000. */
  readonly windowMs?: number | undefined
}

export interface ResolvedSlowClients {
  readonly minBytesPerSecond: number
  readonly windowMs: number
}

export const SLOW_CLIENT_DEFAULTS: ResolvedSlowClients = Object.freeze({
  minBytesPerSecond: 240,
  windowMs: 30_000,
})

/** A client that the gate waits for, and that holds no permit any more. */
export interface SlowClient {
  /** Its answer was sent, or will never be. */
  readonly isOver: boolean
  /** Whether anything is to be moved: somebody who listens to a stream in which nothing happens is not slow. */
  readonly isDue: boolean
  /** What it has moved so far. */
  readonly movedBytes: number
  cutOff(): void
}

interface Mark {
  atMs: number
  bytes: number
}

const LOOK_EVERY_MS = 1_000

/**
 * Clients that were so slow that their permits went to others. They hold nothing but a connection; here that is
 * bounded as well: who moves less than `minBytesPerSecond` over a whole window is cut off.
 */
export class SlowClients {
  readonly #clock: Clock
  readonly #options: ResolvedSlowClients | undefined
  readonly #marks = new Map<SlowClient, Mark>()
  #cancel: (() => void) | undefined = undefined
  #cutOff = 0

  /** Without options it watches nobody. */
  constructor(clock: Clock, options: ResolvedSlowClients | undefined) {
    this.#clock = clock
    this.#options = options
  }

  /** How many were cut off, in all. */
  get cutOff(): number {
    return this.#cutOff
  }

  watch(client: SlowClient): void {
    if (this.#options === undefined || client.isOver) return
    this.#marks.set(client, { atMs: this.#clock.nowMs(), bytes: client.movedBytes })
    this.#arm()
  }

  /** No timer is left. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#marks.clear()
  }

  #arm(): void {
    this.#cancel ??= this.#clock.schedule(LOOK_EVERY_MS, this.#onTimer)
  }

  readonly #onTimer = (): void => {
    this.#cancel = undefined
    const nowMs = this.#clock.nowMs()
    for (const [client, mark] of this.#marks) this.#look(client, mark, nowMs)
    if (this.#marks.size > 0) this.#arm()
  }

  #look(client: SlowClient, mark: Mark, nowMs: number): void {
    const { minBytesPerSecond, windowMs } = this.#options as ResolvedSlowClients
    if (client.isOver) {
      this.#marks.delete(client)
      return
    }
    if (client.isDue && nowMs - mark.atMs < windowMs) return
    const bytes = client.movedBytes
    const least = (minBytesPerSecond * windowMs) / 1_000
    if (client.isDue && bytes - mark.bytes < least) {
      this.#marks.delete(client)
      this.#cutOff += 1
      client.cutOff()
      return
    }
    mark.atMs = nowMs
    mark.bytes = bytes
  }
}

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function resolveSlowClients(
  options: SlowClientOptions | false = {},
): ResolvedSlowClients | undefined {
  if (options === false) return undefined
  if (typeof options !== 'object' || options === null) {
    throw new InvalidOptionError('slowClients', 'an object or false', options)
  }
  checkKnownOptions('slowClients', options, Object.keys(SLOW_CLIENT_DEFAULTS))
  const {
    minBytesPerSecond = SLOW_CLIENT_DEFAULTS.minBytesPerSecond,
    windowMs = SLOW_CLIENT_DEFAULTS.windowMs,
  } = options
  checkNumber('slowClients.minBytesPerSecond', minBytesPerSecond, { above: 0 })
  checkNumber('slowClients.windowMs', windowMs, { min: LOOK_EVERY_MS })
  return { minBytesPerSecond, windowMs }
}
