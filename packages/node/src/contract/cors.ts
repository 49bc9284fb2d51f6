import { checkBoolean, checkKnownOptions, InvalidOptionError } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import { promptAnswer } from '../admission/prompt-answer.ts'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'

/** Which pages of other origins may read a refusal. */
export interface CorsOptions {
  /** `*`, a list such as `['https://shop.example']`, or a function of the origin. */
  readonly origins: '*' | readonly string[] | ((origin: string) => boolean)
  /** Whether pages that send cookies may read it, too. Default false; not with `*`. */
  readonly credentials?: boolean | undefined
}

/** @throws {InvalidOptionError} when an option is unknown, missing or of the wrong type. */
export function checkCors(cors: CorsOptions): void {
  checkKnownOptions('headers.cors', cors, ['origins', 'credentials'])
  const { origins, credentials = false } = cors
  const isList = Array.isArray(origins) && origins.every((origin) => typeof origin === 'string')
  if (origins !== '*' && !isList && typeof origins !== 'function') {
    throw new InvalidOptionError('headers.cors.origins', "'*', a list or a function", origins)
  }
  checkBoolean('headers.cors.credentials', credentials)
  if (credentials && origins === '*') {
    throw new InvalidOptionError('headers.cors.credentials', "false with origins '*'", credentials)
  }
}

/** Whether a browser asks beforehand if it may ask. */
export function isPreflight({
  method,
  headers,
}: {
  readonly method?: string | undefined
  readonly headers?: RawRequest['headers'] | undefined
}): boolean {
  if (method !== 'OPTIONS' || headers === undefined) return false
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/** Lets pages of the origins that were named read refusals. */
export class Cors {
  readonly #options: CorsOptions
  readonly #admission: Admission
  readonly #exposed: string

  /** @param exposed the headers that scripts may read */
  constructor(options: CorsOptions, admission: Admission, exposed: readonly string[]) {
    this.#options = options
    this.#admission = admission
    this.#exposed = exposed.join(', ')
  }

  /** Whoever has said something of this before the gate has the last word. */
  allow({ headers }: RawRequest, response: RawResponse): void {
    const { origin } = headers
    const { origins, credentials } = this.#options
    if (response.headersSent || response.hasHeader('access-control-allow-origin')) return
    // The answer to one origin is not that to another, not even where it is none.
    if (origins !== '*') vary(response)
    if (origin === undefined || !this.#isAllowed(origin)) return
    response.setHeader('access-control-allow-origin', origins === '*' ? '*' : origin)
    response.setHeader('access-control-expose-headers', this.#exposed)
    if (credentials) response.setHeader('access-control-allow-credentials', 'true')
  }

  #isAllowed(origin: string): boolean {
    const { origins } = this.#options
    if (typeof origins !== 'function') return origins === '*' || origins.includes(origin)
    try {
      const late = (error: unknown): void => this.#admission.reportMalformed('cors', error)
      return promptAnswer('cors', origins(origin), late) === true
    } catch (error) {
      this.#admission.reportError('cors', error)
      return false
    }
  }
}

function vary(response: RawResponse): void {
  const known = response.getHeader('vary')
  const others = known === undefined ? [] : [known].flat().map(String)
  if (others.some((each) => /(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(each))) return
  response.setHeader('vary', [...others, 'origin'].join(', '))
}
