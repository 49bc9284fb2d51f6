import type { Abort, CallerSignal } from './abort.ts'

/** What the work may know of the flight it runs in. */
export interface FlightView {
  /**
   * False once callers no longer join it: forgotten, too old and replaced, left by everybody, over, or run
   * apart from the start. Its result may then be older than another's, and must not be remembered.
   */
  readonly isCurrent: boolean
}

export type Work<Value, Signal> = (signal: Signal, flight: FlightView) => PromiseLike<Value> | Value

/** Gives a caller its own copy of what is shared. */
export type Copy = <Value>(value: Value) => Value

/** What a flight is given: `onEnd` runs once, before anybody is told of the result or of the abort. */
export interface FlightParts<Signal> {
  readonly key: unknown
  readonly startedMs: number
  readonly abort: Abort<Signal>
  readonly copy: Copy | undefined
  readonly onEnd: (flight: Flight<Signal>, cause: FlightEnd) => void
}

export type FlightEnd = 'settled' | 'left'

interface Waiter {
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
  readonly signal: CallerSignal | undefined
  onAbort: (() => void) | undefined
}

/**
 * One execution in the air, and the callers who wait for it.
 *
 * The callers hang on this object and not on the work's promise, so that one who leaves is let go at
 * once: a promise that never settles would keep all who ever waited for it.
 */
export class Flight<Signal> implements FlightView {
  readonly key: unknown
  readonly startedMs: number
  isCurrent = true
  /** True while the work's synchronous part runs: who comes then is the work itself. */
  isStarting = false
  readonly #abort: Abort<Signal>
  readonly #copy: Copy | undefined
  readonly #onEnd: FlightParts<Signal>['onEnd']
  readonly #waiters = new Set<Waiter>()
  #isOver = false

  constructor({ key, startedMs, abort, copy, onEnd }: FlightParts<Signal>) {
    this.key = key
    this.startedMs = startedMs
    this.#abort = abort
    this.#copy = copy
    this.#onEnd = onEnd
  }

  /** How many callers wait. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** True when this is the signal that this flight's own work was given. */
  isOwnSignal(signal: unknown): boolean {
    return signal === this.#abort.signal
  }

  /**
   * Waits for the result as long as `signal` lets it. `onJoin` runs once this caller counts, so that it
   * may abort anybody.
   */
  wait<Value>(signal: CallerSignal | undefined, onJoin?: () => void): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject, signal, onAbort: undefined }
      if (signal !== undefined) {
        waiter.onAbort = () => this.#leave(waiter, signal.reason)
        signal.addEventListener('abort', waiter.onAbort)
      }
      this.#waiters.add(waiter)
      if (onJoin === undefined) return
      try {
        onJoin()
      } catch (error) {
        this.#leave(waiter, error)
      }
    })
  }

  /** Runs the work. Its first caller waits already: the work may abort it. */
  start<Value>(work: Work<Value, Signal>): void {
    this.isStarting = true
    const outcome = begin(work, this.#abort.signal, this)
    this.isStarting = false
    outcome.then(
      (value) => this.#settle((waiter) => this.#resolve(waiter, value)),
      (error) => this.#settle((waiter) => waiter.reject(error)),
    )
  }

  #settle(tell: (waiter: Waiter) => void): void {
    if (this.#isOver) return
    this.#end('settled')
    for (const waiter of this.#waiters) {
      stopListening(waiter)
      tell(waiter)
    }
    this.#waiters.clear()
  }

  #resolve(waiter: Waiter, value: unknown): void {
    try {
      waiter.resolve((this.#copy === undefined ? value : this.#copy(value)) as never)
    } catch (error) {
      waiter.reject(error)
    }
  }

  #leave(waiter: Waiter, reason: unknown): void {
    if (!this.#waiters.delete(waiter)) return
    stopListening(waiter)
    waiter.reject(reason)
    if (this.#waiters.size > 0 || this.#isOver) return
    // The end comes first: who calls from a listener of the abort must not join a flight that is doomed.
    this.#end('left')
    this.#abort.abort(reason)
  }

  #end(cause: FlightEnd): void {
    this.#isOver = true
    this.#onEnd(this, cause)
    this.isCurrent = false
  }
}

function begin<Value, Signal>(
  work: Work<Value, Signal>,
  signal: Signal,
  flight: FlightView,
): Promise<Value> {
  try {
    return Promise.resolve(work(signal, flight))
  } catch (error) {
    return Promise.reject(error)
  }
}

function stopListening({ signal, onAbort }: Waiter): void {
  if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
}
