/** The work behind the routes of a host: it ends when the test says so. */
export class Service {
  readonly #finish: (() => void)[] = []
  /** Handlers that have begun, in all. */
  begun = 0
  running = 0
  /** Why handlers were told to stop, by the names of the reasons. */
  readonly stopped: string[] = []
  mostRunning = 0

  /** A handler has begun, and may never say that it has ended. */
  begin(): void {
    this.begun += 1
  }

  /** Work that goes on until `finishAll`, whether its client is still there or not. */
  async work(): Promise<void> {
    this.begin()
    this.running += 1
    this.mostRunning = Math.max(this.mostRunning, this.running)
    await new Promise<void>((resolve) => this.#finish.push(resolve))
    this.running -= 1
  }

  /** Work that stops when `signal` says that nobody needs it, or at `finishAll`. */
  async watch(signal: AbortSignal | undefined): Promise<void> {
    this.begin()
    const stopped = new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => {
        this.stopped.push((signal.reason as Error).name)
        resolve()
      })
    })
    await Promise.race([stopped, new Promise<void>((resolve) => this.#finish.push(resolve))])
  }

  finishAll(): void {
    for (const finish of this.#finish.splice(0)) finish()
  }
}
