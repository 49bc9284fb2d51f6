import type { Rejection } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { RawResponse } from '../http/raw-message.ts'
import type { ResolvedHeaderOptions } from './header-options.ts'
import { LoadReading } from './load-reading.ts'
import { rateLimitFields } from './rate-limit-fields.ts'

/** What the service says of itself in answers, served and refused alike. All of it is asked for. */
export class ToldHeaders {
  readonly #admission: Admission
  readonly #options: ResolvedHeaderOptions
  readonly #reading: LoadReading
  /** Whether anything was asked for. */
  readonly isSilent: boolean

  constructor(admission: Admission, options: ResolvedHeaderOptions) {
    this.#admission = admission
    this.#options = options
    this.#reading = new LoadReading(admission)
    const { rateLimit, loadHint, capabilities } = options
    this.isSilent = !rateLimit && !loadHint && capabilities.length === 0
  }

  /** On the answer to a request that is let in; its handler may say otherwise. */
  write(response: RawResponse): void {
    if (this.isSilent || response.headersSent) return
    for (const [name, value] of this.of(undefined)) response.setHeader(name, value)
  }

  /** @param rejection `undefined` for a request that is let in */
  of(rejection: Rejection | undefined): readonly (readonly [string, string])[] {
    const { names, rateLimit, loadHint, capabilities } = this.#options
    const told: [string, string][] = []
    const tell = (name: string | undefined, value: string): void => {
      if (name !== undefined) told.push([name, value])
    }
    if (rateLimit) {
      const { concurrency } = this.#reading
      const fields = rateLimitFields({
        concurrency,
        rates: this.#admission.runtime.rates,
        rejection,
      })
      tell(names.rateLimitPolicy, fields.policy)
      tell(names.rateLimit, fields.limit)
    }
    if (loadHint) tell(names.loadHint, this.#reading.load)
    if (capabilities.length > 0) tell(names.capabilities, capabilities.join(', '))
    return told
  }
}
