/** What happened since the client was made. */
export class CallCounters {
  calls = 0
  /** Calls that have not ended, their answers' bodies included. */
  active = 0
  succeeded = 0
  failed = 0
  /** Calls whose caller left. */
  aborted = 0
  retries = 0
  hedges = 0
  hedgesWon = 0
  /** Attempts that the guards here did not let through. */
  refused = 0
  /** Retries that the budget did not pay for. */
  overBudget = 0
  timeouts = 0
  /** Answers of `classify` or `context` that made no sense. */
  malformed = 0
  readonly #waiting: (() => void)[] = []

  begin(): void {
    this.calls += 1
    this.active += 1
  }

  end(): void {
    this.active -= 1
    if (this.active > 0) return
    for (const onIdle of this.#waiting.splice(0)) onIdle()
  }

  /** Resolves when no call is active. */
  async idle(): Promise<void> {
    if (this.active === 0) return
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
