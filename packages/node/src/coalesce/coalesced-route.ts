import type { Rejection, RejectReason } from '@headgate/core'
import { promptAnswer } from '../admission/prompt-answer.ts'
import type { RawRequest } from '../http/raw-message.ts'
import { isResponseOver } from '../http/response-watch.ts'
import { systemClock } from '../time/system-clock.ts'
import { AnswerFlight } from './answer-flight.ts'
import type { BypassReason } from './bypass-reason.ts'
import type { Candidate } from './candidate.ts'
import {
  type CoalesceOptions,
  type ResolvedCoalesceOptions,
  resolveCoalesceOptions,
} from './coalesce-options.ts'
import type { Coalescing } from './coalescing.ts'
import type { FlightKeeper, InsteadOfError, KeptFlight, WholeAnswer } from './flight-keeper.ts'
import { type KeptAnswer, KeptAnswers } from './kept-answers.ts'
import { RecentKeys } from './recent-keys.ts'
import { type RequestKey, requestKey, variantKey } from './request-key.ts'
import type { StoredAnswer } from './shared-answer.ts'
import { addCacheStatus, writeStored } from './write-answer.ts'

const MAX_FLIGHTS = 10_000
/** What was found out about a key holds for so long: as Varnish has it. */
const KNOWN_FOR_MS = 120_000
const MAX_KNOWN = 10_000
/** Over its rate a client is refused whatever is there; and a service that drains sends its clients away. */
const NEVER_INSTEAD: ReadonlySet<RejectReason> = new Set([
  'rate',
  'tenant-rate',
  'draining',
  'cancelled',
])

/** Those that say that it is the origin, and not the request (RFC 5861). */
const FAILURES: ReadonlySet<number> = new Set([500, 502, 503, 504])

/** Whether a request is fresh, stale or unknown here, and under which key. */
interface Found extends RequestKey, KeptAnswer {
  readonly base: string
}

/**
 * The requests of a route, or of several, of which equal ones share one answer: those who ask at the same time, and
 * for a while those who come later. It comes after the rates and before the permit.
 */
export class CoalescedRoute<Request> implements Coalescing<Request> {
  readonly #options: ResolvedCoalesceOptions<Request>
  readonly #keeper: FlightKeeper<Request>
  readonly #flights = new Map<string, AnswerFlight<Request>>()
  readonly #kept: KeptAnswers
  /** Hit-for-miss: keys whose answers are for one alone. To wait for one would only put them in a row. */
  readonly #unshareable: RecentKeys<true>
  /** Names of the headers that the answers to a key depend on. */
  readonly #varying: RecentKeys<readonly string[]>

  /** @param options checked ones */
  constructor(options: CoalesceOptions<Request>) {
    this.#options = resolveCoalesceOptions(options)
    this.#kept = new KeptAnswers(systemClock, this.#options)
    const known = { keptMs: KNOWN_FOR_MS, maxKeys: MAX_KNOWN }
    this.#unshareable = new RecentKeys(systemClock, known)
    this.#varying = new RecentKeys(systemClock, known)
    this.#keeper = {
      clock: systemClock,
      options: this.#options,
      onVary: (flight, names) => this.#onVary(flight, names),
      onUnshareable: ({ key }) => this.#unshareable.set(key, true),
      onEnd: (flight, whole) => this.#onEnd(flight, whole),
      willStore: (terms) => this.#kept.willKeep(terms),
      insteadOfError: (flight, statusCode) => this.#insteadOfError(flight, statusCode),
      answerInstead: (key, candidate, rejection) => this.#answerInstead(key, candidate, rejection),
      enterAgain: (candidate) => {
        if (!candidate.runInAsyncScope(() => this.enter(candidate))) candidate.goOn()
      },
    }
  }

  concerns({ method }: RawRequest): boolean {
    return method === 'GET' || method === 'HEAD'
  }

  /** True when it has been answered, or waits for the answer to another; false when it has to ask the gate. */
  enter(candidate: Candidate<Request>): boolean {
    const { admission, response, raw, asked, request } = candidate
    if (isResponseOver(response)) return false
    const ask = <Answer>(question: () => Answer) => this.#ask(candidate, question)
    const read = requestKey(raw, this.#options, { request, tenant: asked.tenant, ask })
    if (typeof read === 'string') return this.#bypass(candidate, read)
    const found = this.#find(candidate, read)
    if (this.#unshareable.get(found.key)) {
      admission.aside.coalesced.count('hitForMiss')
      this.#say(candidate, 'fwd=miss; detail=hit-for-miss')
      return false
    }
    const { kept, state, key, condition, wantsNew } = found
    if (kept !== undefined && state === 'fresh' && !wantsNew) {
      return this.#serve(candidate, kept, 'hits')
    }
    if (kept !== undefined && state !== 'dead' && !wantsNew && this.#kept.isSpared(key)) {
      return this.#serve(candidate, kept, 'stale')
    }
    const nowMs = systemClock.nowMs()
    const flight = this.#flights.get(key + condition) ?? this.#flights.get(key)
    if (flight === undefined || flight.isAged(nowMs)) return this.#lead(candidate, found)
    if (kept !== undefined && state === 'stale' && !wantsNew) {
      return this.#serve(candidate, kept, 'stale')
    }
    if (flight.isOpen()) return this.#follow(candidate, flight)
    admission.aside.coalesced.count('apart')
    return false
  }

  #find({ raw }: Candidate<Request>, read: RequestKey): Found {
    const names = this.#varying.get(read.key)
    const key = names === undefined ? read.key : variantKey(read.key, names, raw)
    return { ...read, base: read.key, key, ...this.#kept.find(key) }
  }

  #lead(candidate: Candidate<Request>, found: Found): false {
    const { base, key, condition, state, wantsNew } = found
    const { admission } = candidate
    if (this.#flights.size >= MAX_FLIGHTS) {
      admission.aside.coalesced.count('apart')
      return false
    }
    admission.aside.coalesced.count('led')
    const isStale = state === 'stale' || state === 'bridge'
    const fwd = isStale ? 'stale' : wantsNew ? 'request' : 'uri-miss'
    const start = { base, key, condition, fwd } as const
    const flight = new AnswerFlight(this.#keeper, candidate, start)
    this.#flights.set(flight.name, flight)
    candidate.lead(flight)
    return false
  }

  #follow(candidate: Candidate<Request>, flight: AnswerFlight<Request>): true {
    const refusal = candidate.admission.aside.charge(candidate.asked)
    if (refusal === undefined) flight.join(candidate)
    else candidate.refuse(refusal)
    return true
  }

  #serve(candidate: Candidate<Request>, answer: StoredAnswer, as: 'hits' | 'stale'): true {
    const refusal = candidate.admission.aside.charge(candidate.asked)
    if (refusal === undefined) {
      candidate.admission.aside.coalesced.count(as)
      this.#write(candidate, answer, `hit; ttl=${this.#kept.secondsLeft(answer)}`)
    } else candidate.refuse(refusal)
    return true
  }

  #write(candidate: Candidate<Request>, answer: StoredAnswer, said: string): void {
    const status = this.#options.cacheStatus ? said : undefined
    candidate.takeOver()
    writeStored(candidate, answer, { status, nowMs: systemClock.nowMs() })
  }

  #onEnd(flight: KeptFlight<Request>, whole: WholeAnswer | undefined): void {
    this.#forget(flight)
    if (whole !== undefined) this.#kept.onAnswer(flight.key, whole)
  }

  /** From now on those headers are part of the key, and this flight goes under its own. */
  #onVary(flight: KeptFlight<Request>, names: readonly string[]): void {
    const { base, leader } = flight
    const known = this.#varying.get(base) ?? []
    const all = [...new Set([...known, ...names])]
      .filter((name) => !this.#options.vary.includes(name))
      .sort()
    if (all.length === known.length) return
    this.#varying.set(base, all)
    this.#forget(flight)
    flight.key = variantKey(base, all, leader.raw)
    const isFree = !this.#flights.has(flight.name)
    if (isFree) this.#flights.set(flight.name, flight as AnswerFlight<Request>)
  }

  #forget(flight: KeptFlight<Request>): void {
    if (this.#flights.get(flight.name) === flight) this.#flights.delete(flight.name)
  }

  #answerInstead(key: string, candidate: Candidate<Request>, { reason }: Rejection): boolean {
    const { admission, response, asked } = candidate
    if (this.#options.stale !== 'instead-of-reject' || NEVER_INSTEAD.has(reason)) return false
    const kept = this.#kept.standIn(key)
    if (kept === undefined) return false
    if (isResponseOver(response) || admission.aside.charge(asked) !== undefined) return false
    admission.aside.coalesced.count('insteadOfReject')
    this.#write(candidate, kept, `fwd=stale; ttl=${this.#kept.secondsLeft(kept)}; detail=overload`)
    return true
  }

  #insteadOfError({ key }: KeptFlight<Request>, statusCode: number): InsteadOfError | undefined {
    const answer = FAILURES.has(statusCode) ? this.#kept.insteadOfError(key) : undefined
    if (answer === undefined) return undefined
    const [forwarded, left] = [
      `fwd=stale; fwd-status=${statusCode}`,
      this.#kept.secondsLeft(answer),
    ]
    const leader = `${forwarded}; ttl=${left}`
    const follower = `${forwarded}; collapsed; ttl=${left}`
    return { answer, said: this.#options.cacheStatus ? { leader, follower } : undefined }
  }

  #bypass(candidate: Candidate<Request>, reason: BypassReason): false {
    if (reason === 'method' || reason === 'when') return false
    candidate.admission.aside.coalesced.countBypass(reason)
    this.#say(candidate, `fwd=bypass; detail=${reason}`)
    return false
  }

  #say({ response }: Candidate<Request>, status: string): void {
    if (this.#options.cacheStatus && !response.headersSent) addCacheStatus(response, status)
  }

  #ask<Answer>({ admission }: Candidate<Request>, question: () => Answer): Answer | undefined {
    try {
      const onLate = (error: TypeError): void => admission.reportMalformed('coalesce', error)
      return promptAnswer('coalesce', question(), onLate)
    } catch (error) {
      admission.reportError('coalesce', error)
      return undefined
    }
  }
}
