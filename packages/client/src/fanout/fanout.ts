import { checkInteger, checkKnownOptions, checkNumber, InvalidOptionError } from '@headgate/core'
import { CallError } from '../error/call-error.ts'

/** One of several calls; its signal is aborted when nobody waits for it any more. */
export type FanoutCall<Value> = (signal: AbortSignal) => Promise<Value>

export interface FanoutOptions {
  /** What has not come by then is left out. Milliseconds above 0, up to 2^31 − 1. */
  readonly deadlineMs: number
  /** With fewer it fails. Integer from 0 to the number of calls. Default 0. */
  readonly minResults?: number | undefined
  /** Ends all of them. */
  readonly signal?: AbortSignal | undefined
}

export interface FanoutMissing {
  /** Which call. */
  readonly index: number
  /** `late`: it had not ended; `failed`: see `error`. */
  readonly reason: 'late' | 'failed'
  readonly error: unknown
}

export interface FanoutResult<Value> {
  /** In the order of the calls; `undefined` where one is missing. */
  readonly results: readonly (Value | undefined)[]
  readonly missing: readonly FanoutMissing[]
  readonly isComplete: boolean
}

const MOST_MS = 2 ** 31 - 1

/**
 * Makes several calls at once and answers with what came in time, and with what is missing. Those that are
 * late are aborted. Rejects with `HG_ERR_FANOUT` as soon as fewer than `minResults` can come.
 *
 * @throws {InvalidOptionError} when an argument is wrong; nothing is called then.
 */
export function fanout<Value>(
  calls: readonly FanoutCall<Value>[],
  options: FanoutOptions,
): Promise<FanoutResult<Value>> {
  checkKnownOptions('options', options, ['deadlineMs', 'minResults', 'signal'])
  const { deadlineMs, minResults = 0, signal } = options
  if (!Array.isArray(calls) || calls.some((call) => typeof call !== 'function')) {
    throw new InvalidOptionError('calls', 'an array of functions', calls)
  }
  checkNumber('deadlineMs', deadlineMs, { above: 0, max: MOST_MS })
  checkInteger('minResults', minResults, { min: 0, max: calls.length })
  return new Promise((resolve, reject) => {
    new Fanout<Value>(calls.length, minResults, { resolve, reject }).run(calls, deadlineMs, signal)
  })
}

interface Settle<Value> {
  readonly resolve: (result: FanoutResult<Value>) => void
  readonly reject: (error: unknown) => void
}

class Fanout<Value> {
  readonly #settle: Settle<Value>
  readonly #minResults: number
  readonly #abort = new AbortController()
  readonly #results: (Value | undefined)[]
  readonly #missing: (FanoutMissing | undefined)[]
  #open: number
  #succeeded = 0
  #isOver = false
  #end: () => void = () => {}

  constructor(count: number, minResults: number, settle: Settle<Value>) {
    this.#settle = settle
    this.#minResults = minResults
    this.#open = count
    this.#results = new Array<Value | undefined>(count).fill(undefined)
    this.#missing = Array.from({ length: count }, (_, index) => ({
      index,
      reason: 'late' as const,
      error: undefined,
    }))
  }

  run(
    calls: readonly FanoutCall<Value>[],
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): void {
    const onAbort = () => this.#fail(signal?.reason)
    const timer = setTimeout(() => this.#finish(), deadlineMs)
    this.#end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    calls.forEach((call, index) => {
      if (!this.#isOver) void this.#make(call, index)
    })
    if (this.#open === 0) this.#finish()
  }

  async #make(call: FanoutCall<Value>, index: number): Promise<void> {
    try {
      const value = await call(this.#abort.signal)
      if (this.#isOver) return
      this.#results[index] = value
      this.#missing[index] = undefined
      this.#succeeded += 1
    } catch (error) {
      if (this.#isOver) return
      this.#missing[index] = { index, reason: 'failed', error }
    }
    this.#open -= 1
    // The rest is not worth waiting for when it cannot be enough.
    if (this.#open === 0 || this.#succeeded + this.#open < this.#minResults) this.#finish()
  }

  #finish(): void {
    if (this.#isOver) return
    const missing = this.#missing.filter((one) => one !== undefined)
    if (this.#succeeded < this.#minResults) {
      const message = `${this.#succeeded} of ${this.#results.length} answered, ${this.#minResults} were needed`
      this.#fail(
        new CallError(message, {
          code: 'HG_ERR_FANOUT',
          reason:
            this.#open > 0 && this.#succeeded + this.#open >= this.#minResults ? 'late' : 'failed',
          outcome: 'maybe-processed',
          cause: missing.find(({ error }) => error !== undefined)?.error,
        }),
      )
      return
    }
    this.#close(new Error('the fan-out is over'))
    this.#settle.resolve({ results: this.#results, missing, isComplete: missing.length === 0 })
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#close(error)
    this.#settle.reject(error)
  }

  #close(reason: unknown): void {
    this.#isOver = true
    this.#end()
    this.#abort.abort(reason)
  }
}
