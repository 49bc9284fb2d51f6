import type { Clock } from '@headgate/core'
import { AnswerStore } from './answer-store.ts'
import type { ResolvedCoalesceOptions } from './coalesce-options.ts'
import type { WholeAnswer } from './flight-keeper.ts'
import { RecentKeys } from './recent-keys.ts'
import type { HeadTerms } from './response-head.ts'
import { type AnswerState, type StoredAnswer, stateOf } from './shared-answer.ts'

/** Each TTL is drawn from so much below it, so that what came together does not expire together. */
const TTL_JITTER_RATIO = 0.1
/** Who comes within it after a failure does not ask for the same failure: what is kept has to do. */
const SPARED_FOR_MS = 1_000
const MAX_SPARED = 10_000

export interface KeptAnswer {
  readonly kept: StoredAnswer | undefined
  readonly state: AnswerState
}

type Options = Pick<
  ResolvedCoalesceOptions<never>,
  'ttlMs' | 'staleMs' | 'staleIfErrorMs' | 'maxBytes'
>

/** The answers that a route keeps, and what they are good for now. */
export class KeptAnswers {
  readonly #clock: Clock
  readonly #options: Options
  readonly #store: AnswerStore
  readonly #failing: RecentKeys<true>

  constructor(clock: Clock, options: Options) {
    this.#clock = clock
    this.#options = options
    this.#store = new AnswerStore(options.maxBytes)
    this.#failing = new RecentKeys(clock, { keptMs: SPARED_FOR_MS, maxKeys: MAX_SPARED })
  }

  find(key: string): KeptAnswer {
    const kept = this.#store.get(key)
    return { kept, state: kept === undefined ? 'dead' : stateOf(kept, this.#clock.nowMs()) }
  }

  /** Better than a refusal or an error, if there is one. */
  standIn(key: string): StoredAnswer | undefined {
    const { kept, state } = this.find(key)
    return state === 'dead' ? undefined : kept
  }

  /** Better than the error that the handler has for this key; it is spared for a while. */
  insteadOfError(key: string): StoredAnswer | undefined {
    const kept = this.#options.staleIfErrorMs > 0 ? this.standIn(key) : undefined
    if (kept !== undefined) this.#failing.set(key, true)
    return kept
  }

  /** It failed a moment ago, and what is kept may stand in. */
  isSpared(key: string): boolean {
    return this.#failing.get(key) === true
  }

  willKeep(terms: HeadTerms): boolean {
    return this.#ttlMs(terms) > 0
  }

  onAnswer(key: string, { answer, terms, body }: WholeAnswer): void {
    if (answer.statusCode === 304) return
    const ttlMs = this.#ttlMs(terms)
    if (ttlMs === 0) {
      // Of errors nothing is kept, and what is there may still do; anything else says that it is out of date.
      if (answer.statusCode < 500) this.#store.delete(key)
      return
    }
    const { staleMs, staleIfErrorMs } = this.#options
    const freshUntilMs = answer.madeMs + ttlMs * (1 - TTL_JITTER_RATIO * Math.random())
    const { mayBeStale } = terms
    this.#store.set(key, {
      ...answer,
      body,
      freshUntilMs,
      staleUntilMs: freshUntilMs + (mayBeStale ? staleMs : 0),
      bridgeUntilMs: freshUntilMs + (mayBeStale ? Math.max(staleMs, staleIfErrorMs) : 0),
    })
  }

  secondsLeft({ freshUntilMs }: StoredAnswer): number {
    return Math.floor((freshUntilMs - this.#clock.nowMs()) / 1_000)
  }

  #ttlMs({ maxTtlMs }: HeadTerms): number {
    return Math.min(this.#options.ttlMs, maxTtlMs)
  }
}
