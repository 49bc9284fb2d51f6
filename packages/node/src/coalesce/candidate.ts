import { AsyncResource } from 'node:async_hooks'
import type { OutgoingHttpHeaders } from 'node:http'
import type { AdmissionRequest, Rejection } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { Host } from '../http/host.ts'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'
import type { Lead } from './lead.ts'

/** What a host knows of a request of a route that coalesces. */
export interface Sharing<Request> {
  /** What the user's functions are asked with. */
  readonly request: Request
  readonly raw: RawRequest
  readonly response: RawResponse
  /** Set while others may follow this request. */
  lead?: Lead | undefined
  /** Set once it is admitted: what its handler made of it teaches the limit. */
  readonly visit?: { onHandled(statusCode: number): void } | undefined
}

export interface CandidateParts<Request> {
  readonly admission: Admission
  readonly host: Host<never>
  readonly context: Sharing<Request>
  /** What the gate is asked with. */
  readonly asked: AdmissionRequest
  /** Asks the gate. */
  readonly goOn: () => void
}

/**
 * A request that may be answered with the work of another. What comes of it may come in another's turn, so it has
 * an async context of its own: without it, tracing and every AsyncLocalStorage would see the wrong request.
 */
export class Candidate<Request> extends AsyncResource {
  readonly admission: Admission
  readonly request: Request
  readonly raw: RawRequest
  readonly response: RawResponse
  readonly asked: AdmissionRequest
  readonly #host: Host<Sharing<Request>>
  readonly #context: Sharing<Request>
  readonly #goOn: () => void

  /** @param parts of which the host is that of the context */
  constructor({ admission, host, context, asked, goOn }: CandidateParts<Request>) {
    super('HeadgateCandidate')
    this.admission = admission
    this.request = context.request
    this.raw = context.raw
    this.response = context.response
    this.asked = asked
    this.#host = host as Host<Sharing<Request>>
    this.#context = context
    this.#goOn = goOn
  }

  /** What is set on the response before its handler begins. */
  headersBefore(): OutgoingHttpHeaders {
    return this.#host.headersBefore?.(this.#context) ?? { ...this.response.getHeaders() }
  }

  lead(lead: Lead): void {
    this.#context.lead = lead
  }

  /** What its handler answers, though something else may be sent. */
  onHandled(statusCode: number): void {
    this.#context.visit?.onHandled(statusCode)
  }

  goOn(): void {
    this.runInAsyncScope(this.#goOn)
  }

  refuse(rejection: Rejection): void {
    const ofTenant = typeof this.asked.tenant === 'string'
    const { refuse } = this.#host
    this.runInAsyncScope(refuse, this.#host, this.#context, rejection, ofTenant)
  }

  /** From now on the response is written past the host, which sets what it had for it. */
  takeOver(): void {
    const { takeOver } = this.#host
    if (takeOver !== undefined) this.runInAsyncScope(takeOver, this.#host, this.#context)
  }
}
