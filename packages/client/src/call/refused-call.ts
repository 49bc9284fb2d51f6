import type { AsyncResource } from 'node:async_hooks'

/** A call that ended here with an error of which no attempt can tell: a guard refused it, or it was never sent. */
export interface RefusedCall {
  readonly method: string
  /** `undefined`: whatever the dispatcher is for. Of several upstreams, the name that they go by together. */
  readonly origin: string | undefined
  /** Its query included. */
  readonly path: string
  /** What the caller gets: `code` and `reason` say why. */
  readonly error: Error
  /** Attempts that were sent before, and failed. */
  readonly attempts: number
  /** From its beginning to its refusal, in milliseconds. */
  readonly waitedMs: number
}

export type RefusalListener = (refused: RefusedCall) => void

/** Tells of refused calls; of nothing else, so that calls that are sent do not pay for it. */
export class RefusalFeed {
  readonly #listeners: Set<RefusalListener> = new Set()

  /** Until the function that it returns is called. */
  listen(listener: RefusalListener): () => void {
    // A wrapper of its own: the same listener twice is heard twice, and taken away once at a time.
    const own: RefusalListener = (refused) => listener(refused)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  /** In the context of the caller. What a listener throws changes nothing for the call. */
  tell(refused: RefusedCall, call: AsyncResource): void {
    for (const listener of this.#listeners) {
      try {
        call.runInAsyncScope(listener, undefined, refused)
      } catch {
        // It is told of what is no longer changed; its own failures are its own.
      }
    }
  }
}
