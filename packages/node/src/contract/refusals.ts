import type { Rejection } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'
import { type RejectionResponse, RejectionResponses } from '../http/rejection-response.ts'
import { Cors } from './cors.ts'
import type { ResolvedHeaderOptions } from './header-options.ts'
import { ToldHeaders } from './told-headers.ts'

/** A request that is refused, as a host knows it. */
export interface Refused {
  readonly raw: RawRequest
  readonly response: RawResponse
}

/** What a host says to those it refuses. */
export class Refusals {
  readonly #options: ResolvedHeaderOptions
  readonly #prepared: RejectionResponses
  readonly #told: ToldHeaders
  readonly #cors: Cors | undefined

  constructor(admission: Admission, options: ResolvedHeaderOptions) {
    const { names, cors } = options
    this.#options = options
    this.#prepared = new RejectionResponses(options)
    this.#told = new ToldHeaders(admission, options)
    const { nack, overload, pushback, rateLimit, rateLimitPolicy } = names
    const exposed = ['retry-after', nack, overload, pushback, rateLimit, rateLimitPolicy]
    this.#cors =
      cors &&
      new Cors(
        cors,
        admission,
        exposed.filter((name) => name !== undefined),
      )
  }

  /**
   * The prepared answer. What a browser needs to read it is set on the response, and so holds for an answer
   * of the user's own as well.
   */
  answer({ raw, response }: Refused, rejection: Rejection, ofTenant: boolean): RejectionResponse {
    this.#cors?.allow(raw, response)
    const prepared = this.#prepared.of(rejection, ofTenant)
    const { pushback, names } = this.#options
    const told = this.#told.isSilent ? [] : [...this.#told.of(rejection)]
    if (pushback && names.pushback !== undefined) {
      told.push([names.pushback, String(Math.ceil(rejection.retryAfterMs))])
    }
    if (told.length === 0) return prepared
    return {
      ...prepared,
      headers: { ...prepared.headers, ...Object.fromEntries(told) },
      flatHeaders: [...prepared.flatHeaders, ...told.flat()],
    }
  }
}
