import { checkFunction, type DurationRecorder, type Outcome, type Timed } from '@headgate/core'

/** Hands durations to each recorder there is. */
export class DurationRecorders implements DurationRecorder {
  readonly #onError: (error: unknown) => void
  /** Made anew with each change: one may come or go while they hear. */
  #all: readonly DurationRecorder[] = []

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  get isEmpty(): boolean {
    return this.#all.length === 0
  }

  /**
   * Until the function it returns is called.
   * @throws {InvalidOptionError} unless the recorder has both methods.
   */
  add(recorder: DurationRecorder): () => void {
    checkFunction('recorder.onWait', recorder?.onWait)
    checkFunction('recorder.onService', recorder?.onService)
    // An object of its own each time, so that adding one twice and ending it once is right.
    const own: DurationRecorder = {
      onWait: (request, waitedMs) => recorder.onWait(request, waitedMs),
      onService: (request, outcome, heldMs) => recorder.onService(request, outcome, heldMs),
    }
    this.#all = [...this.#all, own]
    return () => {
      this.#all = this.#all.filter((each) => each !== own)
    }
  }

  onWait(request: Timed, waitedMs: number): void {
    for (const recorder of this.#all) {
      try {
        recorder.onWait(request, waitedMs)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  onService(request: Timed, outcome: Outcome, heldMs: number): void {
    for (const recorder of this.#all) {
      try {
        recorder.onService(request, outcome, heldMs)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
