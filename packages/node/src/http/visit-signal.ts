import type { Clock } from '@headgate/core'

/** Why nobody needs the work for a request any more. */
export type VisitEnd = 'left' | 'deadline' | 'overdue'

const MESSAGES: Readonly<Record<VisitEnd, string>> = {
  left: 'its client has left',
  deadline: 'its deadline has passed',
  overdue: 'it has been worked at for longer than maxHoldMs',
}

/** The signal of a request, for handlers that stop when nobody needs their work any more. */
export class VisitSignal {
  readonly #controller = new AbortController()
  readonly #cancelTimer: (() => void) | undefined

  /** @param remainingMs until its deadline; infinite without one */
  constructor(clock: Clock, remainingMs: number) {
    if (remainingMs === Number.POSITIVE_INFINITY) return
    this.#cancelTimer = clock.schedule(remainingMs, () => this.abort('deadline'))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(end: VisitEnd): void {
    this.stop()
    const name = end === 'left' ? 'AbortError' : 'TimeoutError'
    this.#controller.abort(new DOMException(MESSAGES[end], name))
  }

  /** It was answered in time: nothing ends it any more. */
  stop(): void {
    this.#cancelTimer?.()
  }
}
