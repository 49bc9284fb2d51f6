import type { Clock } from '@headgate/core'
import { Singleflight, type SingleflightSnapshot } from '@headgate/singleflight'
import { codeOf } from '../call/failure.ts'
import type { Dispatch, DispatchOptions, Handler } from '../handler/handler.ts'
import { type LegacyCallbacks, modernHandler } from '../handler/legacy-handler.ts'
import { nestedOption } from '../policy/nested-option.ts'
import { type DedupeOptions, type ResolvedDedupe, resolveDedupe } from './dedupe-options.ts'
import { SharedAnswer } from './shared-answer.ts'
import { SharingCaller } from './sharing-caller.ts'

/** Failures of the call that was joined which are none of whoever joined it: it had less time. */
const NOT_MINE = new Set(['HG_ERR_DEADLINE', 'HG_ERR_TIMEOUT'])

/** One call for callers that ask for the same at the same time. */
export class Dedupe {
  readonly #dispatch: Dispatch
  readonly #options: ResolvedDedupe
  readonly #flights: Singleflight<AbortSignal>

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(dispatch: Dispatch, clock: Clock, options: DedupeOptions) {
    this.#dispatch = dispatch
    this.#options = resolveDedupe(options)
    const { maxAgeMs } = this.#options
    this.#flights = nestedOption(
      'dedupe',
      () => new Singleflight({ clock, newAbort: () => new AbortController() }, { maxAgeMs }),
    )
  }

  /** In place of a dispatcher's own. */
  dispatch(options: DispatchOptions, handler: Handler | LegacyCallbacks): boolean {
    const key = this.#keyOf(options)
    const modern = modernHandler(handler)
    if (key === undefined) return this.#dispatch(options, modern)
    const caller = new SharingCaller(modern)
    caller.begin()
    if (!caller.isOver) void this.#share(key, options, caller)
    return true
  }

  snapshot(): SingleflightSnapshot {
    return this.#flights.snapshot()
  }

  async #share(key: string, options: DispatchOptions, caller: SharingCaller): Promise<void> {
    let hasJoined = false
    const onJoin = () => {
      hasJoined = true
    }
    try {
      const { signal } = caller
      const work = (shared: AbortSignal) => this.#ask(options, shared)
      const answer = await this.#flights.run(key, work, { signal, onJoin })
      // Too long to be kept, and another one got it.
      if (!caller.take(answer)) caller.goAlone(this.#dispatch, options)
    } catch (error) {
      if (hasJoined && NOT_MINE.has(codeOf(error))) caller.goAlone(this.#dispatch, options)
      else caller.fail(error as Error)
    }
  }

  #ask(options: DispatchOptions, signal: AbortSignal): Promise<SharedAnswer> {
    return new Promise((resolve, reject) => {
      const answer: SharedAnswer = new SharedAnswer(this.#options.maxBytes, (error) => {
        if (error === undefined) resolve(answer)
        else reject(error)
      })
      signal.addEventListener('abort', () => answer.abort(signal.reason as Error), { once: true })
      this.#dispatch(options, answer)
    })
  }

  /** A key of the user's that throws, or is no text, is none. */
  #keyOf(options: DispatchOptions): string | undefined {
    try {
      const key = this.#options.key(options)
      return typeof key === 'string' ? key : undefined
    } catch {
      return undefined
    }
  }
}
