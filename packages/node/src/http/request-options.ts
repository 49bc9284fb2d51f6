import type { IncomingHttpHeaders } from 'node:http'
import {
  checkFunction,
  checkInteger,
  checkNumber,
  InvalidOptionError,
  type Tier,
} from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import { promptAnswer } from '../admission/prompt-answer.ts'
import { type CoalesceOptions, checkCoalesceOptions } from '../coalesce/coalesce-options.ts'
import { type HeaderOptions, resolveHeaderOptions } from '../contract/header-options.ts'
import { PeerHeaders, withPeer } from '../contract/peer-headers.ts'
import { type RetryShare, retryShareOf } from '../contract/retry-share.ts'
import type { AskingRequest } from './asking-request.ts'
import { type Saying, wrongAnswer } from './check-answer.ts'
import { isProbe } from './is-probe.ts'
import { createRouteRule, type RouteRule } from './route-options.ts'

/** How requests are told apart. Functions get the host's request; what they throw is counted, not raised. */
export interface RequestOptions<Request> {
  /** How important a request is; `undefined` for the default, `important`. */
  readonly tier?: ((request: Request) => Tier | undefined) | undefined
  /**
   * Who asks, as far as it is known for sure: a customer, an API key that was checked. Tenants share the
   * capacity fairly, and one that wants too much is told `429`. `undefined`: nobody is named.
   */
  readonly tenant?: ((request: Request) => string | undefined) | undefined
  /**
   * Who asks where `tenant` names nobody, though anybody could make that name up: an address, an
   * unverified header. Such names share 16 places between them, and nobody is told `429`.
   */
  readonly anonymous?: ((request: Request) => string | undefined) | undefined
  /** Which of the `pools` a request is of; `undefined`: `default`. An unknown name counts as that, too. */
  readonly pool?: ((request: Request) => string | undefined) | undefined
  /** Permits that a request takes: an integer from 1, or a function. Default 1. */
  readonly cost?: number | ((request: Request) => number | undefined) | undefined
  /** Requests that are never refused, queued or sampled (64 at a time). Default `isProbe`. */
  readonly exempt?: ((request: Request) => boolean) | undefined
  /** Milliseconds after which the answer is useless: above 0, or a function. Default none. */
  readonly deadlineMs?: number | ((request: Request) => number | undefined) | undefined
  /**
   * Whether its sender's headers are believed: deadline, tier, tenant and attempt of the request that it
   * works for. Default nobody's: anybody can write them. Say so of your own services alone.
   */
  readonly trust?: ((request: Request) => boolean) | undefined
  /** How equal requests share one answer. Default: they do not. */
  readonly coalesce?: CoalesceOptions<Request> | false | undefined
}

/** What every host's request has. */
export interface AnyRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers?: IncomingHttpHeaders | undefined
}

export const REQUEST_OPTION_NAMES: readonly (keyof RequestOptions<unknown>)[] = Object.freeze([
  'tier',
  'tenant',
  'anonymous',
  'pool',
  'cost',
  'exempt',
  'deadlineMs',
  'trust',
  'coalesce',
] as const)

/** @throws {InvalidOptionError} when an option is of the wrong type or out of range. */
export function checkRequestOptions(options: RequestOptions<never>): void {
  const { cost, deadlineMs, coalesce } = options
  checkCoalesceOptions('coalesce', coalesce)
  for (const name of ['tier', 'tenant', 'anonymous', 'pool', 'exempt', 'trust'] as const) {
    if (options[name] !== undefined) checkFunction(name, options[name])
  }
  if (typeof cost === 'number') checkInteger('cost', cost, { min: 1 })
  else if (cost !== undefined && typeof cost !== 'function') {
    throw new InvalidOptionError('cost', 'an integer from 1 or a function', cost)
  }
  if (typeof deadlineMs === 'number') checkNumber('deadlineMs', deadlineMs, { above: 0 })
  else if (deadlineMs !== undefined && typeof deadlineMs !== 'function') {
    throw new InvalidOptionError('deadlineMs', 'a number above 0 or a function', deadlineMs)
  }
}

/** The functions of the user's that are asked about a request. */
type Asked = Saying | 'exempt' | 'trust'

const NO_RULE: RouteRule<unknown> = createRouteRule()

/** Asks the user's functions about a request; where one throws or is async, it gets the default. */
export class RequestClassifier<Request extends AnyRequest> {
  readonly #options: RequestOptions<Request>
  readonly #admission: Admission
  readonly #asksNothing: boolean
  readonly #peers: PeerHeaders
  readonly #retries: RetryShare

  constructor(
    options: RequestOptions<Request> & { readonly headers?: HeaderOptions | undefined },
    admission: Admission,
  ) {
    this.#options = options
    this.#admission = admission
    const { tier, tenant, anonymous, pool, cost, deadlineMs } = options
    this.#asksNothing = [tier, tenant, anonymous, pool, cost, deadlineMs].every(
      (option) => option === undefined,
    )
    const { names } = resolveHeaderOptions(options.headers)
    this.#peers = new PeerHeaders(names, () => admission.errors.countMalformed())
    this.#retries = retryShareOf(admission)
  }

  /** @param raw the same as Node has it, where a framework looks each property up through getters */
  isExempt(request: Request, raw: AnyRequest = request): boolean {
    const { exempt } = this.#options
    if (exempt === undefined) return isProbe(raw)
    try {
      const answer = exempt(request)
      const isLate = this.#prompt('exempt', answer) === undefined && answer !== undefined
      return isLate ? isProbe(raw) : this.#isYes('exempt', answer)
    } catch (error) {
      this.#admission.reportError('exempt', error)
      return isProbe(raw)
    }
  }

  /** The same, with what its sender says of it, if that is believed. */
  classifyTrusting(request: Request, rule?: RouteRule<Request>): AskingRequest {
    const known = this.classify(request, rule)
    const { trust } = this.#options
    if (trust === undefined) return known
    const isTrusted = this.#isYes('trust', this.#ask('trust', trust, request))
    const said = isTrusted ? this.#peers.read(request.headers ?? {}) : undefined
    this.#retries.onArrival(said?.attempt?.kind === 'retry')
    return said === undefined ? known : withPeer(known, said)
  }

  /** What the options say of a request; what its route says goes before it. */
  classify(request: Request, rule: RouteRule<Request> = NO_RULE): AskingRequest {
    const { fixed } = rule
    // Nothing is made for a request of which all is known beforehand.
    if (this.#asksNothing && rule.asksNothing) return fixed
    const { tier, tenant, anonymous, pool, cost, deadlineMs } = this.#options
    return {
      tier: fixed.tier ?? this.#ask('tier', tier, request),
      tenant: fixed.tenant ?? this.#ask('tenant', rule.tenant ?? tenant, request),
      anonymous: this.#ask('anonymous', anonymous, request),
      pool: fixed.pool ?? this.#ask('pool', rule.pool ?? pool, request),
      cost: fixed.cost ?? this.#ask('cost', rule.cost ?? cost, request),
      deadlineMs: fixed.deadlineMs ?? this.#ask('deadlineMs', deadlineMs, request),
      flow: fixed.flow,
    }
  }

  #ask<Answer extends string | number | boolean>(
    source: Asked,
    option: Answer | ((request: Request) => Answer | undefined) | undefined,
    request: Request,
  ): Answer | undefined {
    if (typeof option !== 'function') return option
    try {
      const answer = this.#prompt(source, option(request))
      if (source !== 'exempt' && source !== 'trust') this.#check(source, answer)
      return answer
    } catch (error) {
      this.#admission.reportError(source, error)
      return undefined
    }
  }

  /** Handed on all the same: the core counts it, and takes the default. */
  #check(source: Saying, answer: unknown): void {
    const wrong = wrongAnswer(source, answer, this.#admission.poolNames)
    if (wrong !== undefined) this.#admission.reportError(source, wrong)
  }

  /** Only `true` is: what else is true in a condition may be a header that anybody wrote. */
  #isYes(source: 'exempt' | 'trust', answer: unknown): boolean {
    if (typeof answer !== 'boolean' && answer != null) {
      const error = new TypeError(`${source} must answer true or false, got a ${typeof answer}`)
      this.#admission.reportMalformed(source, error)
    }
    return answer === true
  }

  #prompt<Answer>(source: Asked, answer: Answer): Answer | undefined {
    // What is no object is no promise, and nothing is made to tell of one.
    if (typeof answer !== 'object' || answer === null) return answer
    return promptAnswer(source, answer, (error) => this.#admission.reportMalformed(source, error))
  }
}
