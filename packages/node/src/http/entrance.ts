import { checkOneOf } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import { Candidate } from '../coalesce/candidate.ts'
import type { Coalescing } from '../coalesce/coalescing.ts'
import { createCoalescing } from '../coalesce/create-coalescing.ts'
import { leadingHost } from '../coalesce/leading-host.ts'
import { isPreflight } from '../contract/cors.ts'
import { context, runInContext } from '../contract/request-context.ts'
import type { AskingRequest } from './asking-request.ts'
import type { Entering } from './entering.ts'
import { ExemptVisits } from './exempt-visits.ts'
import { Gate } from './gate.ts'
import type { Host } from './host.ts'
import { isProbe } from './is-probe.ts'
import { rememberPools } from './known-pools.ts'
import type { RequestHandle } from './request-handle.ts'
import { type AnyRequest, RequestClassifier, type RequestOptions } from './request-options.ts'
import type { RouteRule } from './route-options.ts'
import { UnaskedGate } from './unasked-gate.ts'
import type { Visit } from './visit.ts'
import { markVisit, visitOf } from './visit-mark.ts'
import { resolveVisitOptions, type VisitOptions } from './visit-options.ts'

export interface EntranceOptions<Request> extends RequestOptions<Request>, VisitOptions {
  /**
   * Default `all`: every request is admitted here. `route`: whoever comes later admits, who knows the
   * route; here only is refused what no route could save: while draining, and, where `tier` says how
   * important a request is, past the hard line of pressure.
   */
  readonly admit?: 'all' | 'route' | undefined
}

/** Its route may be critical: only what would refuse that as well may refuse it before the route is known. */
const ANY_TIER: AskingRequest = Object.freeze({ tier: 'critical' })

/** Where the requests of a host come in: the order in which they are asked. */
export class Entrance<Request extends AnyRequest, Context extends Entering<Request>> {
  readonly admission: Admission
  readonly #isDoor: boolean
  readonly #knowsTiers: boolean
  readonly #classifier: RequestClassifier<Request>
  readonly #probes = new ExemptVisits()
  readonly #preflights = new ExemptVisits()
  readonly #exempt = new ExemptVisits()
  readonly #unasked: UnaskedGate
  readonly #gate: Gate<Context>
  readonly #coalescing: Coalescing<Request> | undefined

  /** @throws {InvalidOptionError} when `admit` is neither `all` nor `route`. */
  constructor(options: EntranceOptions<Request>, admission: Admission, host: Host<Context>) {
    const { admit = 'all' } = options
    checkOneOf('admit', admit, ['all', 'route'])
    this.admission = admission
    this.#unasked = new UnaskedGate(admission)
    this.#isDoor = admit === 'route'
    if (this.#isDoor) rememberPools(admission.poolNames)
    this.#knowsTiers = options.tier !== undefined
    this.#classifier = new RequestClassifier(options, admission)
    this.#gate = new Gate(admission, leadingHost(host), resolveVisitOptions(options))
    this.#coalescing = createCoalescing(options.coalesce) || undefined
  }

  /** True when the request goes on at once; of any other the host hears, once. */
  enter(context: Context): boolean {
    return this.#isDoor ? this.#passDoor(context) : this.admit(context)
  }

  /** The same where the route is known: what it says goes before what the options say. */
  admit(context: Context, rule?: RouteRule<Request>): boolean {
    const { raw } = context
    const known = visitOf(raw)
    // Behind another gate: it has been asked there, and is counted there.
    if (known !== undefined) return this.#goesOn(context, known)
    if (this.admission.mode === 'off' || this.#isFree(context, rule)) {
      markVisit(raw, null)
      return true
    }
    const said = this.#classifier.classifyTrusting(context.request, rule)
    // A flood of them has no free passage, and still is not shed.
    const asked = this.#isPreflight(context.request) ? { ...said, ...ANY_TIER } : said
    if (!this.#isShared(context, asked, rule)) this.#ask(context, asked)
    return false
  }

  /** Asks for one whose permit was taken back while its body was on the way. Its time has run on meanwhile. */
  askAgain(context: Context, before: RequestHandle, rule?: RouteRule<Request>): void {
    const asked = this.#classifier.classifyTrusting(context.request, rule)
    const deadlineMs = before.remainingMs()
    this.#ask(context, deadlineMs === Infinity ? asked : { ...asked, deadlineMs })
  }

  #ask(context: Context, asked: AskingRequest): void {
    const visit = this.#gate.enter(context, context.response, asked)
    if (visit === undefined) return
    context.visit = visit as Visit<never>
    markVisit(context.raw, visit)
  }

  /** Whether it is answered with the work of another: it then asks for no permit, or later. */
  #isShared(context: Context, asked: AskingRequest, rule?: RouteRule<Request>): boolean {
    const coalescing = rule?.coalescing ?? this.#coalescing
    if (!coalescing || coalescing.concerns(context.raw) === false) return false
    const { admission, host } = this.#gate
    const goOn = (): void => this.#ask(context, asked)
    return coalescing.enter(new Candidate({ admission, host, context, asked, goOn }))
  }

  /**
   * Whether the work for a request that was let in has lost its context, as it does where it goes on from
   * an event of the request's own stream.
   */
  losesContext(visit: RequestHandle | null): visit is RequestHandle {
    return visit !== null && this.#gate.options.context && context() !== visit
  }

  /** Never refused, queued or counted, where it finds a place among those. */
  #isFree({ request, raw, response }: Context, rule: RouteRule<Request> | undefined): boolean {
    if (this.#isPreflight(request) && this.#preflights.tryEnter(response)) return true
    if (!(rule?.isExempt || this.#classifier.isExempt(request, raw))) return false
    // Probes have places of their own: what else is exempt, such as a long response, must not take them.
    return (isProbe(raw) ? this.#probes : this.#exempt).tryEnter(response)
  }

  /** What a browser asks beforehand: refused, its page would hear of no refusal, but of an error of the network. */
  #isPreflight(request: Request): boolean {
    return this.#gate.options.headers.cors !== undefined && isPreflight(request)
  }

  /** Another gate let it in: here it only may get a context, which that one did not give it. */
  #goesOn(entering: Context, visit: RequestHandle | null): boolean {
    if (visit !== null) this.#unasked.onPassedBy(visit)
    if (!this.losesContext(visit)) return true
    runInContext(visit, () => this.#gate.host.proceed(entering))
    return false
  }

  /** Exempt requests are counted where they are admitted: here they only may not be refused. */
  #passDoor(context: Context): boolean {
    const { request, raw } = context
    if (visitOf(raw) !== undefined || this.admission.mode === 'off') return true
    if (this.#isPreflight(request) || this.#classifier.isExempt(request, raw)) return true
    const known = this.#knowsTiers ? this.#classifier.classify(request) : ANY_TIER
    const refusal = this.admission.refuseAtDoor(known)
    if (refusal === undefined) return true
    this.#gate.host.refuse(context, refusal, false)
    return false
  }
}
