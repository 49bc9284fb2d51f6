/** Whether an admission is coming to its end, and who waits for it. */
export class DrainState {
  #draining = false
  #waiting: (() => void)[] = []

  /** True from the first call of `begin` on. */
  get draining(): boolean {
    return this.#draining
  }

  /** True for the first call. */
  begin(): boolean {
    const isFirst = !this.#draining
    this.#draining = true
    return isFirst
  }

  /** Calls `onIdle` once, when `check` is told that nothing is left. */
  waitForIdle(onIdle: () => void): void {
    this.#waiting.push(onIdle)
  }

  /** `left` requests are queued or in flight. */
  check(left: number): void {
    if (left > 0 || this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const onIdle of waiting) onIdle()
  }
}
