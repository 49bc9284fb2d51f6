import type { RawResponse } from './raw-message.ts'
import { isResponseOver, type ResponseWatcher, watchResponse } from './response-watch.ts'

/** Probes are cheap and few; more than this at once is a flood that goes through the gate like any other. */
const MAX_EXEMPT = 64

/** Counts exempt requests in flight, so that being exempt is no way round every bound. */
export class ExemptVisits implements ResponseWatcher {
  #inFlight = 0

  get inFlight(): number {
    return this.#inFlight
  }

  /** False when there are as many as there may be. */
  tryEnter(response: RawResponse): boolean {
    if (isResponseOver(response)) return true
    if (this.#inFlight >= MAX_EXEMPT) return false
    this.#inFlight += 1
    watchResponse(response, this)
    return true
  }

  onResponseOver(): void {
    this.#inFlight -= 1
  }
}
