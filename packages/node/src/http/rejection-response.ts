import type { Rejection, RejectReason } from '@headgate/core'

/** A refusal as HTTP, built once for each reason and second: under load there is no time to build it. */
export interface RejectionResponse {
  readonly statusCode: number
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, string>>
  /** The same headers, name, value, name, value: what `writeHead` takes fastest. */
  readonly flatHeaders: readonly string[]
  /** `application/problem+json` (RFC 9457). ASCII: as many bytes as characters. */
  readonly body: string
}

const MAX_SECONDS = 30
/** The problem type of draft-ietf-httpapi-ratelimit-headers for a service that has less to give. */
const REDUCED_CAPACITY =
  'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity'
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded'

const TOO_MANY: ReadonlySet<RejectReason> = new Set(['tenant-full', 'tenant-rate', 'rate'])

/** What is the same in all of them. */
interface Manner {
  readonly names: { readonly nack: string | undefined; readonly overload: string | undefined }
  readonly overloadScope: 'instance' | 'service'
  /** Whether the handlers of those it is for may have begun. Default false. */
  readonly isLate?: boolean
}

type Prepared = Map<RejectReason, (RejectionResponse | undefined)[]>

/** The answers to refused requests. At most reasons × 30 of them are ever made. */
export class RejectionResponses {
  readonly #manner: Manner
  readonly #service: Prepared = new Map()
  readonly #quota: Prepared = new Map()

  constructor(manner: Manner) {
    this.#manner = manner
  }

  /** @param ofTenant a tenant's request that had to make place for a newer one met its own quota */
  of({ reason, retryAfterMs }: Rejection, ofTenant: boolean): RejectionResponse {
    const isQuota = TOO_MANY.has(reason) || (ofTenant && reason === 'replaced')
    const prepared = isQuota ? this.#quota : this.#service
    const seconds = Math.min(Math.max(Math.ceil(retryAfterMs / 1_000), 1), MAX_SECONDS)
    let bySecond = prepared.get(reason)
    if (bySecond === undefined) {
      bySecond = []
      prepared.set(reason, bySecond)
    }
    let response = bySecond[seconds]
    if (response === undefined) {
      response = this.#prepare(reason, isQuota, seconds)
      bySecond[seconds] = response
    }
    return response
  }

  #prepare(reason: RejectReason, isQuota: boolean, seconds: number): RejectionResponse {
    const statusCode = isQuota ? 429 : 503
    const statusMessage = isQuota ? 'Too Many Requests' : 'Service Unavailable'
    const when =
      this.#manner.isLate === true ? 'once its body had come' : 'before any work was done'
    const body = JSON.stringify({
      type: isQuota ? QUOTA_EXCEEDED : REDUCED_CAPACITY,
      title: statusMessage,
      status: statusCode,
      detail: `Refused ${when}. Worth another try in ${seconds} s.`,
      reason,
    })
    const headers: Record<string, string> = {
      'content-type': 'application/problem+json',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      'retry-after': String(seconds),
    }
    const { names, overloadScope, isLate } = this.#manner
    if (names.nack !== undefined && isLate !== true) headers[names.nack] = '1'
    if (!isQuota && names.overload !== undefined) headers[names.overload] = `scope=${overloadScope}`
    return {
      statusCode,
      statusMessage,
      headers: Object.freeze(headers),
      flatHeaders: Object.freeze(Object.entries(headers).flat()),
      body,
    }
  }
}
