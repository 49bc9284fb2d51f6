/** As much of a readable stream as is looked at. */
interface Source {
  readonly readableEnded?: boolean
  destroy?: ((error?: unknown, ...rest: unknown[]) => unknown) | undefined
}

/**
 * The streams that a handler pipes into its response, kept while others want what they bring.
 *
 * Koa, and `send` under Express, destroy them when the socket of the client is gone, of which they hear before
 * the response does. That is a call without an error; with one the stream has broken, and that stands.
 */
export class PipedBodies {
  readonly #isWanted: () => boolean
  /** What each had as `destroy` of its own: most have their prototype's. */
  readonly #all = new Map<Source, PropertyDescriptor | undefined>()
  /** Those that would be destroyed by now. */
  readonly #spared = new Set<Source>()

  /** @param isWanted whether the client has left, and others wait */
  constructor(isWanted: () => boolean) {
    this.#isWanted = isWanted
  }

  onPipe(source: unknown): void {
    const piped = source as Source
    const { destroy } = piped
    if (typeof destroy !== 'function' || this.#all.has(piped)) return
    this.#all.set(piped, Object.getOwnPropertyDescriptor(piped, 'destroy'))
    const guarded = (error?: unknown, ...rest: unknown[]): unknown => {
      const isSpared = error == null && piped.readableEnded !== true && this.#isWanted()
      if (!isSpared) return destroy.call(piped, error, ...rest)
      this.#spared.add(piped)
      return piped
    }
    Object.defineProperty(piped, 'destroy', { value: guarded, configurable: true, writable: true })
  }

  onUnpipe(source: unknown): void {
    const piped = source as Source
    if (!this.#all.has(piped)) return
    const before = this.#all.get(piped)
    this.#all.delete(piped)
    delete piped.destroy
    if (before !== undefined) Object.defineProperty(piped, 'destroy', before)
    if (this.#spared.delete(piped)) (piped as Source).destroy?.()
  }

  /** Nobody wants them any more: what would have been destroyed is. */
  letGo(): void {
    for (const piped of [...this.#all.keys()]) this.onUnpipe(piped)
  }
}
