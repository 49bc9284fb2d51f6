import {
  type AdmissionRequest,
  checkFunction,
  checkNumber,
  InvalidOptionError,
  type Tier,
} from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { ErrorSource } from '../admission/admission-event.ts'
import { promptAnswer } from '../admission/prompt-answer.ts'
import { isProbe } from './is-probe.ts'

/** How requests are told apart. Functions get the host's request; what they throw is counted, not raised. */
export interface RequestOptions<Request> {
  /** How important a request is; `undefined` for the default, `important`. */
  readonly tier?: ((request: Request) => Tier | undefined) | undefined
  /** Requests that are never refused, queued or sampled (64 at a time). Default `isProbe`. */
  readonly exempt?: ((request: Request) => boolean) | undefined
  /** Milliseconds after which the answer is useless: above 0, or a function. Default none. */
  readonly deadlineMs?: number | ((request: Request) => number | undefined) | undefined
}

export const REQUEST_OPTION_NAMES: readonly (keyof RequestOptions<unknown>)[] = Object.freeze([
  'tier',
  'exempt',
  'deadlineMs',
] as const)

/** @throws {InvalidOptionError} when an option is of the wrong type or out of range. */
export function checkRequestOptions(options: RequestOptions<never>): void {
  const { tier, exempt, deadlineMs } = options
  if (tier !== undefined) checkFunction('tier', tier)
  if (exempt !== undefined) checkFunction('exempt', exempt)
  if (typeof deadlineMs === 'number') checkNumber('deadlineMs', deadlineMs, { above: 0 })
  else if (deadlineMs !== undefined && typeof deadlineMs !== 'function') {
    throw new InvalidOptionError('deadlineMs', 'a number above 0 or a function', deadlineMs)
  }
}

/** Asks the user's functions about a request; where one throws or is async, it gets the default. */
export class RequestClassifier<Request extends Parameters<typeof isProbe>[0]> {
  readonly #options: RequestOptions<Request>
  readonly #admission: Admission
  readonly #asksNothing: boolean

  constructor(options: RequestOptions<Request>, admission: Admission) {
    this.#options = options
    this.#admission = admission
    this.#asksNothing = options.tier === undefined && options.deadlineMs === undefined
  }

  isExempt(request: Request): boolean {
    const { exempt } = this.#options
    if (exempt === undefined) return isProbe(request)
    try {
      const answer = exempt(request)
      const isLate = this.#prompt('exempt', answer) === undefined && answer !== undefined
      return isLate ? isProbe(request) : answer === true
    } catch (error) {
      this.#admission.reportError('exempt', error)
      return isProbe(request)
    }
  }

  /** What the options say of a request; `base` (a route's own settings) wins. */
  classify(request: Request, base: AdmissionRequest | undefined): AdmissionRequest | undefined {
    if (this.#asksNothing) return base
    return {
      tier: base?.tier ?? this.#tierOf(request),
      deadlineMs: base?.deadlineMs ?? this.#deadlineMsOf(request),
    }
  }

  #tierOf(request: Request): Tier | undefined {
    try {
      return this.#prompt('tier', this.#options.tier?.(request))
    } catch (error) {
      this.#admission.reportError('tier', error)
      return undefined
    }
  }

  #deadlineMsOf(request: Request): number | undefined {
    const { deadlineMs } = this.#options
    if (typeof deadlineMs !== 'function') return deadlineMs
    try {
      return this.#prompt('deadlineMs', deadlineMs(request))
    } catch (error) {
      this.#admission.reportError('deadlineMs', error)
      return undefined
    }
  }

  #prompt<Answer>(source: ErrorSource, answer: Answer): Answer | undefined {
    return promptAnswer(source, answer, (error) => this.#admission.reportMalformed(source, error))
  }
}
