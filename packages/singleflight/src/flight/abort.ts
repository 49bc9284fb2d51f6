/** The signal of one caller: as much of an `AbortSignal` as is listened to. */
export interface CallerSignal {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** As much of an `AbortController` as is used; `signal` is what the work is given. */
export interface Abort<Signal> {
  readonly signal: Signal
  abort(reason?: unknown): void
}
