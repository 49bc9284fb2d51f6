import type { OutgoingHttpHeaders } from 'node:http'
import type { Rejection } from '@headgate/core'
import { isResponseOver } from '../http/response-watch.ts'
import type { Candidate } from './candidate.ts'
import type { FlightKeeper, KeptFlight, WholeAnswer } from './flight-keeper.ts'
import { Followers } from './followers.ts'
import type { Lead } from './lead.ts'
import { type AnswerListener, LeaderResponse } from './leader-response.ts'
import { Patience } from './patience.ts'
import {
  type HeadTerms,
  judgeHead,
  type ResponseHead,
  sharedHeaders,
  type UnshareableReason,
} from './response-head.ts'
import type { SharedAnswer } from './shared-answer.ts'
import { addCacheStatus, resetHead, setStored } from './write-answer.ts'

export interface FlightStart {
  /** What is asked for; `key` is the same, or with the headers that the answer was found to depend on. */
  readonly base: string
  readonly key: string
  readonly condition: string
  /** Why it goes to the handler, in the words of RFC 9211. */
  readonly fwd: 'uri-miss' | 'stale' | 'request'
}

/** One request on its way to its handler, and those who wait for the same answer. */
export class AnswerFlight<Request> implements KeptFlight<Request>, Lead, AnswerListener {
  readonly base: string
  /** Changes when the answer is found to depend on more. */
  key: string
  readonly condition: string
  readonly startedMs: number
  readonly leader: Candidate<Request>
  readonly #keeper: FlightKeeper<Request>
  readonly #fwd: FlightStart['fwd']
  readonly #followers: Followers<Request>
  #response: LeaderResponse | undefined = undefined
  #before: OutgoingHttpHeaders = {}
  #answer: SharedAnswer | undefined = undefined
  #terms: HeadTerms | undefined = undefined
  /** What has come of the body; undefined once it is more than is kept. */
  #chunks: Buffer[] | undefined = []
  #bytes = 0
  #isOver = false
  #hasSaid = false
  /** With its handler, once the leader's client has left. */
  readonly #patience: Patience

  constructor(keeper: FlightKeeper<Request>, leader: Candidate<Request>, start: FlightStart) {
    this.#keeper = keeper
    this.leader = leader
    this.base = start.base
    this.key = start.key
    this.condition = start.condition
    this.#fwd = start.fwd
    this.startedMs = keeper.clock.nowMs()
    this.#followers = new Followers(keeper, {
      onLastLeft: () => this.#onLastLeft(),
      onRoom: () => this.#response?.onRoom(),
    })
    const { maxAgeMs: maxMs } = keeper.options
    this.#patience = new Patience(keeper.clock, { maxMs, onEnd: () => this.#giveUp() })
  }

  /** Where others find it. */
  get name(): string {
    return this.key + this.condition
  }

  get isListening(): boolean {
    return !this.#isOver
  }

  /** Too old to be joined; who waits goes on waiting. */
  isAged(nowMs: number): boolean {
    return nowMs - this.startedMs >= this.#keeper.options.maxAgeMs
  }

  /** Whether one more may wait for it: not once part of the answer is gone. */
  isOpen(): boolean {
    const isWhole = this.#chunks !== undefined
    return !this.#isOver && isWhole && this.#followers.size < this.#keeper.options.maxFollowers
  }

  join(candidate: Candidate<Request>): void {
    this.#followers.add(candidate, this.#answer, this.#chunks ?? [])
  }

  begin(): void {
    this.#before = this.leader.headersBefore()
    this.#response = new LeaderResponse(this.leader.response, this)
  }

  /** Without a word, and its client has left: it will not have one for those who wait either. */
  onHandlerEnd(): void {
    if (this.#patience.isRunning && this.#answer === undefined) this.#giveUp()
  }

  onRefused(rejection: Rejection): boolean {
    if (this.#isOver) return false
    this.#end(undefined)
    const released = this.#followers.release()
    const isAnswered = this.#keeper.answerInstead(this.key, this.leader, rejection)
    for (const candidate of released) {
      if (!this.#sharesRefusal(candidate, rejection)) this.#keeper.enterAgain(candidate)
      else if (!this.#keeper.answerInstead(this.key, candidate, rejection)) {
        candidate.refuse(rejection)
      }
    }
    return isAnswered
  }

  onStatus(statusCode: number): { readonly body: Buffer | undefined } | undefined {
    if (this.#isOver) return undefined
    const instead = this.#keeper.insteadOfError(this, statusCode)
    if (instead === undefined) return undefined
    const { answer, said } = instead
    this.#end(undefined)
    this.#followers.endWith(answer, said?.follower)
    const { leader } = this
    leader.admission.aside.coalesced.count('insteadOfError')
    leader.onHandled(statusCode)
    if (isResponseOver(leader.response)) return { body: undefined }
    const provenance = { status: said?.leader, nowMs: this.#keeper.clock.nowMs() }
    resetHead(leader.response, this.#before)
    return { body: setStored(leader, answer, provenance) }
  }

  onHead(head: ResponseHead): void {
    if (this.#isOver) return
    this.#patience.onHeard()
    const terms = judgeHead(head, this.#keeper.options.maxBodyBytes)
    if (typeof terms === 'string') {
      this.#onUnshareable(terms)
      return
    }
    this.#terms = terms
    const headers = sharedHeaders(head, this.#before)
    const { statusCode, statusMessage } = head
    this.#answer = { statusCode, statusMessage, headers, madeMs: this.#keeper.clock.nowMs() }
    if (terms.vary.length > 0) this.#onVary(terms.vary)
    this.#say(this.#keeper.willStore(terms) ? '; stored' : '')
  }

  onChunk(chunk: Buffer): boolean {
    const answer = this.#answer
    if (this.#isOver || answer === undefined) return true
    this.#patience.onHeard()
    this.#bytes += chunk.length
    if (this.#bytes > this.#keeper.options.maxBodyBytes) this.#chunks = undefined
    this.#chunks?.push(chunk)
    return this.#followers.write(answer, chunk)
  }

  onEnd(rest: Buffer | undefined): void {
    const [answer, terms, chunks] = [this.#answer, this.#terms, this.#chunks]
    if (this.#isOver || answer === undefined || terms === undefined) return
    this.#bytes += rest?.length ?? 0
    if (!this.#isHonest(answer)) {
      // Who has part of it must not take it for the whole.
      this.#keeper.onUnshareable(this)
      this.onBroken()
      return
    }
    const isWhole = chunks !== undefined && this.#bytes <= this.#keeper.options.maxBodyBytes
    if (isWhole && rest !== undefined) chunks.push(rest)
    this.#end(isWhole ? { answer, terms, body: Buffer.concat(chunks) } : undefined)
    this.#followers.end(answer, rest)
  }

  /** Each asks its handler itself: what broke for one may not for another. */
  onBroken(): void {
    this.#end(undefined)
    for (const candidate of this.#followers.release()) candidate.goOn()
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0
  }

  onClientLeft(): boolean {
    if (this.isFollowed) this.#patience.start()
    return this.isFollowed
  }

  /** Its handler may have noticed that its client left, and never answer: the next of those who wait takes its place. */
  #giveUp(): void {
    this.#end(undefined)
    this.#response?.letGo()
    for (const candidate of this.#followers.release()) this.#keeper.enterAgain(candidate)
  }

  #onLastLeft(): void {
    if (!this.#patience.isRunning) return
    this.#end(undefined)
    this.#response?.letGo()
  }

  #onUnshareable(reason: UnshareableReason): void {
    this.leader.admission.aside.coalesced.countUnshareable(reason)
    this.#say(`; detail=${reason}`)
    this.#keeper.onUnshareable(this)
    this.#end(undefined)
    for (const candidate of this.#followers.release()) candidate.goOn()
  }

  #isHonest({ statusCode, headers }: SharedAnswer): boolean {
    const claimed = headers['content-length']
    const hasBody = this.leader.raw.method !== 'HEAD' && statusCode !== 304 && statusCode !== 204
    return claimed === undefined || !hasBody || Number(claimed) === this.#bytes
  }

  #onVary(names: readonly string[]): void {
    const own = this.leader.raw.headers
    this.#keeper.onVary(this, names)
    const others = this.#followers.release(({ raw }) =>
      names.some((name) => String(raw.headers[name]) !== String(own[name])),
    )
    for (const candidate of others) this.#keeper.enterAgain(candidate)
  }

  /** One of the same standing would have fared no better. */
  #sharesRefusal({ asked }: Candidate<Request>, { reason }: Rejection): boolean {
    const { tier, tenant } = this.leader.asked
    return reason !== 'cancelled' && asked.tier === tier && asked.tenant === tenant
  }

  /** It is over, and joined by nobody any more. */
  #end(whole: WholeAnswer | undefined): void {
    this.#isOver = true
    this.#patience.stop()
    this.#keeper.onEnd(this, whole)
  }

  #say(more: string): void {
    const { response } = this.leader
    if (this.#hasSaid || !this.#keeper.options.cacheStatus || response.headersSent) return
    this.#hasSaid = true
    addCacheStatus(response, `fwd=${this.#fwd}${more}`)
  }
}
