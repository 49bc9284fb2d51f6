/**
 * For how long another thread has shown no sign of life. Only time in which this thread ran itself counts: after the
 * whole process stood still, as under a debugger or on a machine that slept, both have to begin anew.
 */
export class Heartbeat {
  readonly #mostStepMs: number
  #beat = -1
  #lookedMs = 0
  #silentMs = 0

  /** @param mostStepMs the most that counts from one look to the next */
  constructor(mostStepMs: number) {
    this.#mostStepMs = mostStepMs
  }

  /** Milliseconds since the last beat that was seen. */
  get silentMs(): number {
    return this.#silentMs
  }

  look(beat: number, nowMs: number): void {
    const stepMs = Math.min(nowMs - this.#lookedMs, this.#mostStepMs)
    this.#lookedMs = nowMs
    if (beat === this.#beat) this.#silentMs += stepMs
    else this.#silentMs = 0
    this.#beat = beat
  }
}
