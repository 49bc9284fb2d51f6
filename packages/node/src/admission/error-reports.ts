import type { Clock } from '@headgate/core'
import type { AdmissionEvent, ErrorSource } from './admission-event.ts'
import { UnheardErrors } from './unheard-errors.ts'

const EVERY_MS = 1_000

/** Who is told. */
export interface ErrorHub {
  readonly hearsErrors: boolean
  onEvent(event: AdmissionEvent): void
}

interface Report {
  lastMs: number
  suppressed: number
}

/** Counts errors in the user's functions and tells of them once a second at most for each source. */
export class ErrorReports {
  readonly #clock: Clock
  readonly #hub: ErrorHub
  readonly #unheard = new UnheardErrors()
  readonly #bySource = new Map<ErrorSource, Report>()
  #count = 0
  #malformed = 0

  constructor(clock: Clock, hub: ErrorHub) {
    this.#clock = clock
    this.#hub = hub
  }

  /** Headers and answers that made no sense. */
  get malformed(): number {
    return this.#malformed
  }

  countMalformed(): void {
    this.#malformed += 1
  }

  get count(): number {
    return this.#count
  }

  report(source: ErrorSource, error: unknown): void {
    this.#count += 1
    const nowMs = this.#clock.nowMs()
    const last = this.#bySource.get(source)
    if (last !== undefined && nowMs - last.lastMs < EVERY_MS) {
      last.suppressed += 1
      return
    }
    this.#bySource.set(source, { lastMs: nowMs, suppressed: 0 })
    // One who hears of errors and throws at it may be the only one.
    if (source === 'subscriber' || !this.#hub.hearsErrors) this.#unheard.onError(source, error)
    this.#hub.onEvent({ type: 'error', source, error, suppressed: last?.suppressed ?? 0 })
  }
}
