/** Whether an admission is coming to its end, and who waits for it. */
export class DrainState {
  #draining = false
  #onIdle: (() => void) | undefined = undefined

  /** True from the first call of `begin` on. */
  get draining(): boolean {
    return this.#draining
  }

  begin(): void {
    this.#draining = true
  }

  /** Calls `onIdle` once, when `check` is told that nothing is left. */
  waitForIdle(onIdle: () => void): void {
    this.#onIdle = onIdle
  }

  /** `left` requests are queued or in flight. */
  check(left: number): void {
    if (this.#onIdle === undefined || left > 0) return
    const onIdle = this.#onIdle
    this.#onIdle = undefined
    onIdle()
  }
}
