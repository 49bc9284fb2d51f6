/** Burns CPU, and counts what handlers have burnt so that it can be told from the cost of serving and rejecting. */
export class WorkMeter {
  #busyMs = 0
  #jobs = 0

  /** Time handlers have spun. */
  get busyMs(): number {
    return this.#busyMs
  }

  /** Handlers started. */
  get jobs(): number {
    return this.#jobs
  }

  onJob(): void {
    this.#jobs += 1
  }

  /** Blocks the event loop as a template, a parser or a cipher does. */
  spin(durationMs: number): void {
    const startMs = performance.now()
    let nowMs = startMs
    while (nowMs < startMs + durationMs) nowMs = performance.now()
    this.#busyMs += nowMs - startMs
  }
}
