import type { Clock, PlainOptions } from '@headgate/core'
import type { Random } from '@headgate/resilience'
import { RetryDelay } from '@headgate/resilience'
import { ReplayMemory } from '../body/replay-memory.ts'
import { Call } from '../call/call.ts'
import { CallCounters } from '../call/call-counters.ts'
import { closedError } from '../call/call-ends.ts'
import type { CallSettings, Classify } from '../call/call-settings.ts'
import { type CallerContext, callTerms } from '../call/call-terms.ts'
import { RefusalFeed } from '../call/refused-call.ts'
import type { Dispatch, DispatchOptions, Handler } from '../handler/handler.ts'
import { type LegacyCallbacks, modernHandler } from '../handler/legacy-handler.ts'
import type { Propagation } from '../mouth/propagation.ts'
import { nestedOption } from '../policy/nested-option.ts'
import type { ResolvedPolicies } from '../policy/policy-options.ts'
import type { CallTimeouts } from '../policy/timeout-options.ts'
import type { Service } from '../service/service.ts'
import { Services } from '../service/services.ts'

/** Bytes of bodies that all calls of a client keep for retries together. */
const MAX_REPLAY_MEMORY_BYTES = 16 * 1024 * 1024

export interface PipelineParts {
  readonly base: Dispatch
  readonly clock: Clock
  readonly random: Random
  readonly policies: ResolvedPolicies
  readonly timeouts: CallTimeouts
  readonly propagation: Propagation | undefined
  readonly classify: Classify | undefined
  readonly context: (() => CallerContext | undefined) | undefined
  /** What it was configured with, to be told. */
  readonly options?: PlainOptions | undefined
}

/** From a dispatch to a call: which service it is for, and on what terms. */
export class Pipeline {
  readonly #settings: CallSettings
  readonly #context: (() => CallerContext | undefined) | undefined
  readonly services: Services
  readonly counters: CallCounters = new CallCounters()
  readonly refusals: RefusalFeed = new RefusalFeed()
  readonly options: PlainOptions
  /** What calls to no origin in particular, or to one of these origins, are made to. */
  #own: Service | undefined
  #ownOrigins: ReadonlySet<string> = new Set()
  #isClosed = false

  /** @throws {InvalidOptionError} when an option of a policy is wrong. */
  constructor(parts: PipelineParts) {
    const { base, clock, random, policies, timeouts, propagation, classify, context } = parts
    const { retry } = policies
    this.#context = context
    this.options = parts.options ?? {}
    this.services = new Services({ clock, random, policies })
    this.#settings = {
      base,
      clock,
      ...timeouts,
      maxAttempts: retry?.attempts ?? 1,
      retryStatuses: retry?.statuses ?? new Set(),
      retryDelay: retry && nestedOption('retry.delay', () => new RetryDelay(random, retry.delay)),
      oneShot: {
        maxBytes: retry?.maxReplayBytes ?? 0,
        memory: new ReplayMemory(MAX_REPLAY_MEMORY_BYTES),
      },
      classify,
      propagation,
      counters: this.counters,
      refusals: this.refusals,
    }
  }

  /** Calls to one of these origins, or to none, go to this service. */
  own(service: Service, origins: readonly string[]): void {
    this.#own = service
    this.#ownOrigins = new Set(origins)
  }

  /** In place of a dispatcher's own. Never throws; true, as there is always room for one call more. */
  dispatch(options: DispatchOptions, handler: Handler | LegacyCallbacks): boolean {
    const service = this.#serviceOf(options)
    const terms = callTerms(options, this.#callerContext(), this.#settings.maxAttempts)
    const call = new Call(
      { settings: this.#settings, service, options, terms },
      modernHandler(handler),
    )
    call.start(this.#isClosed ? closedError() : undefined)
    return true
  }

  /** Lets no call in any more. Resolves when those in flight have ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.counters.idle()
    this.services.close()
    this.#own?.close()
  }

  #serviceOf({ origin }: DispatchOptions): Service {
    const own = this.#own
    if (own === undefined) return this.services.of(origin)
    if (origin === undefined || origin === null) return own
    const name = typeof origin === 'string' ? origin : origin.origin
    return this.#ownOrigins.has(name) ? own : this.services.of(name)
  }

  /** Something of the caller's that throws must not fail the calls it makes. */
  #callerContext(): CallerContext | undefined {
    if (this.#context === undefined) return undefined
    try {
      return this.#context()
    } catch {
      this.counters.malformed += 1
      return undefined
    }
  }
}
