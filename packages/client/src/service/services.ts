import type { Clock } from '@headgate/core'
import {
  AdaptiveThrottle,
  Balancer,
  Breaker,
  CallLimit,
  createCallLimiter,
  HedgeBudget,
  HedgeDelay,
  HedgePolicy,
  LatencyProbation,
  OutlierEjection,
  type Random,
  RetryBudget,
} from '@headgate/resilience'
import { nestedOption } from '../policy/nested-option.ts'
import type { ResolvedPolicies } from '../policy/policy-options.ts'
import { Replica } from './replica.ts'
import { Service } from './service.ts'

/** The most targets that are known at a time. */
const MAX_SERVICES = 1000

export interface ServicesParts {
  readonly clock: Clock
  readonly random: Random
  readonly policies: ResolvedPolicies
}

/** What is known of each target: one service for each origin, made when it is first called, the longest unused forgotten. */
export class Services {
  readonly #parts: ServicesParts
  readonly #byOrigin: Map<string, Service> = new Map()
  #last: Service | undefined
  #lastOrigin: unknown

  /** @throws {InvalidOptionError} when an option of a policy is wrong. */
  constructor(parts: ServicesParts) {
    this.#parts = parts
    const { clock, policies } = parts
    // Options are told to be wrong now, not when the first call is made.
    nestedOption('hedge.delay', () => new HedgeDelay(clock, policies.hedge?.delay))
    nestedOption('hedge.budget', () => new HedgeBudget(clock, policies.hedge?.budget))
    this.create({ isOwn: false, hasMany: true }).update([this.createReplica(undefined)])
  }

  get all(): Iterable<Service> {
    return this.#byOrigin.values()
  }

  /** The service of a single origin. `undefined` is whatever the dispatcher below is for. */
  of(origin: string | URL | undefined): Service {
    if (origin === this.#lastOrigin && this.#last !== undefined) return this.#last
    const key = origin === undefined ? '' : typeof origin === 'string' ? origin : origin.origin
    const service = this.#byOrigin.get(key) ?? this.#add(key)
    service.usedMs = this.#parts.clock.nowMs()
    this.#last = service
    this.#lastOrigin = origin
    return service
  }

  create({ isOwn, hasMany }: { isOwn: boolean; hasMany: boolean }): Service {
    const { clock, random, policies } = this.#parts
    const { retry, hedge, balance, failing, slow } = policies
    const budget =
      retry?.budget && nestedOption('retry.budget', () => new RetryBudget(clock, retry.budget))
    const ejection =
      hasMany && failing !== undefined
        ? nestedOption('eject.failing', () => new OutlierEjection<Replica>({ clock }, failing))
        : undefined
    const probation =
      hasMany && slow !== undefined
        ? nestedOption('eject.slow', () => new LatencyProbation<Replica>({ clock }, slow))
        : undefined
    const isUsable = (replica: Replica, inFlight: number) =>
      (replica.breaker?.retryAfterMs ?? 0) === 0 &&
      ejection?.isEjected(replica) !== true &&
      probation?.mayTake(replica, inFlight) !== false
    const balancer = hasMany
      ? nestedOption('balance', () => new Balancer<Replica>({ clock, random, isUsable }, balance))
      : undefined
    const isSuppressed = () => !service.isCalm()
    const hedging =
      hedge &&
      nestedOption(
        'hedge',
        () => new HedgePolicy({ clock, retryBudget: budget, isSuppressed }, hedge),
      )
    const service: Service = new Service(
      { budget, hedge: hedging, balancer, ejection, probation },
      isOwn,
    )
    return service
  }

  createReplica(origin: string | undefined): Replica {
    const { clock, random, policies } = this.#parts
    const { throttle, breaker, limiter } = policies
    return new Replica(origin, clock, {
      throttle:
        throttle && nestedOption('throttle', () => new AdaptiveThrottle(clock, random, throttle)),
      breaker: breaker && nestedOption('breaker', () => new Breaker({ clock, random }, breaker)),
      limiter:
        limiter &&
        nestedOption('limiter', () => {
          const { maxQueued, maxWaitMs, ...limits } = limiter
          const limit = new CallLimit(limits)
          return createCallLimiter({ clock, random, limit }, { maxQueued, maxWaitMs })
        }),
    })
  }

  close(): void {
    for (const service of this.#byOrigin.values()) service.close()
  }

  #add(key: string): Service {
    if (this.#byOrigin.size >= MAX_SERVICES) this.#forgetOne()
    const service = this.create({ isOwn: false, hasMany: false })
    service.update([this.createReplica(key === '' ? undefined : key)])
    this.#byOrigin.set(key, service)
    return service
  }

  /** O(n), and only with more targets than a client should have. */
  #forgetOne(): void {
    let oldest: [string, Service] | undefined
    for (const entry of this.#byOrigin) {
      if (oldest === undefined || entry[1].usedMs < oldest[1].usedMs) oldest = entry
    }
    if (oldest !== undefined) this.#byOrigin.delete(oldest[0])
  }
}
