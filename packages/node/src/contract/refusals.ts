import type { Rejection } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'
import { type RejectionResponse, RejectionResponses } from '../http/rejection-response.ts'
import type { Visit } from '../http/visit.ts'
import { visitOf } from '../http/visit-mark.ts'
import { Cors } from './cors.ts'
import type { ResolvedHeaderOptions } from './header-options.ts'
import { type RetryShare, retryShareOf } from './retry-share.ts'
import { ToldHeaders } from './told-headers.ts'

const DO_NOT_RETRY = '-1'

/** A request that is refused, as a host knows it. */
export interface Refused {
  readonly raw: RawRequest
  readonly response: RawResponse
}

/** What a host says to those it refuses. */
export class Refusals {
  readonly #options: ResolvedHeaderOptions
  readonly #prepared: RejectionResponses
  readonly #late: RejectionResponses
  readonly #told: ToldHeaders
  readonly #cors: Cors | undefined
  readonly #retries: RetryShare

  constructor(admission: Admission, options: ResolvedHeaderOptions) {
    const { names, cors } = options
    this.#options = options
    this.#prepared = new RejectionResponses(options)
    this.#late = new RejectionResponses({ ...options, isLate: true })
    this.#told = new ToldHeaders(admission, options)
    this.#retries = retryShareOf(admission)
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
    const prepared = (isLate(raw) ? this.#late : this.#prepared).of(rejection, ofTenant)
    const { names } = this.#options
    const told = this.#told.isSilent ? [] : [...this.#told.of(rejection)]
    if (this.#options.pushback && names.pushback !== undefined) {
      told.push([names.pushback, this.#pushback(rejection, prepared)])
    }
    if (told.length === 0) return prepared
    return {
      ...prepared,
      headers: { ...prepared.headers, ...Object.fromEntries(told) },
      flatHeaders: [...prepared.flatHeaders, ...told.flat()],
    }
  }

  /** Its own quota is for a tenant to wait for, and who drains has others beside it: neither is for want of capacity. */
  #pushback({ reason, retryAfterMs }: Rejection, { statusCode }: RejectionResponse): string {
    const isOverload = statusCode === 503 && reason !== 'draining'
    return isOverload && this.#retries.isHigh ? DO_NOT_RETRY : String(Math.ceil(retryAfterMs))
  }
}

/** Its handler may have begun, so nobody may be told that nothing was done. */
function isLate(request: RawRequest): boolean {
  return (visitOf(request) as Partial<Visit<unknown>> | null | undefined)?.isLate === true
}
