import { type Admission as CoreAdmission, checkNumber, checkOneOf } from '@headgate/core'
import type { Readiness } from '../warm-up/readiness.ts'

const DRAIN_TIMEOUT_MS = 10_000
const MAX_DRAIN_MS = 2 ** 31 - 1 // beyond it, a timer of Node's fires at once

export interface AdmissionDrainOptions {
  /** For how long at most those who wait are served, and those in flight waited for: 0 to 2,147,483,647. Default 10,000. */
  readonly timeoutMs?: number | undefined
  /** What becomes of those who wait: served in their turn, or refused with `draining`. Default `serve`. */
  readonly queue?: 'serve' | 'reject' | undefined
}

/** The end of an admission: nobody new, those who wait served or refused, and word of what was left over. */
export class AdmissionDrain {
  readonly #core: Pick<CoreAdmission, 'drain' | 'inFlight'>
  readonly #readiness: Readiness
  readonly #close: () => void
  /** Ends each drain that is waited for. */
  readonly #ends = new Set<() => void>()

  /** @param close refuses those who wait and stops every timer */
  constructor(
    core: Pick<CoreAdmission, 'drain' | 'inFlight'>,
    readiness: Readiness,
    close: () => void,
  ) {
    this.#core = core
    this.#readiness = readiness
    this.#close = close
  }

  /** Rejects when an option is wrong, and then drains nothing. */
  async run(options: AdmissionDrainOptions): Promise<{ leftover: number }> {
    const { timeoutMs = DRAIN_TIMEOUT_MS, queue = 'serve' } = options
    checkNumber('timeoutMs', timeoutMs, { min: 0, max: MAX_DRAIN_MS })
    checkOneOf('queue', queue, ['serve', 'reject'])
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#ends.delete(finish)
        clearTimeout(timer)
        this.#close()
        resolve({ leftover: this.#core.inFlight })
      }
      // Not unref'd: the process must not end between the last response and the answer.
      const timer = setTimeout(finish, timeoutMs)
      this.#ends.add(finish)
      this.#readiness.reach('draining')
      if (queue === 'reject') this.#close()
      this.#core.drain(() => {
        for (const end of this.#ends) end()
      })
    })
  }
}
