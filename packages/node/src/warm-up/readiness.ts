/**
 * Where a process is on its way from its start to its end.
 *
 * - `waiting`: for what it depends on.
 * - `warming`: it could serve, but slowly.
 * - `ready`
 * - `leaving`: it serves on, and should get no new connections.
 * - `draining`: it lets nobody in any more.
 */
export type ReadinessState = 'waiting' | 'warming' | 'ready' | 'leaving' | 'draining'

/** In the order in which a process comes to them. */
export const READINESS_STATES: readonly ReadinessState[] = Object.freeze([
  'waiting',
  'warming',
  'ready',
  'leaving',
  'draining',
] as const)

/** Whether a process should get new connections, and why not. It goes one way only. */
export class Readiness {
  readonly #listeners = new Set<(state: ReadinessState) => void>()
  #state: ReadinessState = 'ready'

  get state(): ReadinessState {
    return this.#state
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** Begins before `ready`: there is something to wait for. */
  wait(): void {
    this.#state = 'waiting'
  }

  /** Goes on to a later state; to an earlier one it does not go back. */
  reach(state: ReadinessState): void {
    if (READINESS_STATES.indexOf(state) <= READINESS_STATES.indexOf(this.#state)) return
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }

  /** Calls `listener` with every new state, until the function it returns is called. */
  onChange(listener: (state: ReadinessState) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
