import {
  type Clock,
  checkFunction,
  checkNumber,
  type ResolvedOptions,
  withDefaults,
} from '@headgate/core'
import { drawFraction, type Random } from '../random/random.ts'
import { Upstream } from './upstream.ts'

/** How often two are drawn before all are looked at. */
const DRAWS = 3

export interface BalancerOptions {
  /** In this time an old peak sinks to 37 %. Milliseconds, above 0. Default 10,000. */
  readonly decayMs?: number | undefined
  /**
   * A failure counts as this slow at least; otherwise the replica that fails at once would be the fastest,
   * and get all calls. Milliseconds, at least 0. Default 1000.
   */
  readonly failurePenaltyMs?: number | undefined
  /** Whoever is new, or is heard of again, gets its whole share after this. Milliseconds, at least 0. Default 10,000. */
  readonly slowStartMs?: number | undefined
}

export const BALANCER_DEFAULTS: ResolvedOptions<BalancerOptions> = Object.freeze({
  decayMs: 10_000,
  failurePenaltyMs: 1000,
  slowStartMs: 10_000,
})

export interface BalancerParts<Target> {
  readonly clock: Clock
  readonly random: Random
  /** False: take it only if nobody else is left. Default all are usable. */
  readonly isUsable?: ((target: Target, inFlight: number) => boolean) | undefined
}

/**
 * Picks a replica: two at random, of which the one with the smaller latency × (in flight + 1). O(1); O(n)
 * when those drawn are not usable.
 *
 * Sources: Mitzenmacher, "The power of two choices in randomized load balancing" (2001); Finagle,
 * `PeakEwma` (2015). Explained in docs/algorithms/balancer.md.
 */
export class Balancer<Target> {
  readonly #clock: Clock
  readonly #random: Random
  readonly #isUsable: (target: Target, inFlight: number) => boolean
  readonly #options: ResolvedOptions<BalancerOptions>
  #upstreams: readonly Upstream<Target>[] = []

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(parts: BalancerParts<Target>, options: BalancerOptions = {}) {
    checkFunction('random', parts.random)
    this.#clock = parts.clock
    this.#random = parts.random
    this.#isUsable = parts.isUsable ?? always
    this.#options = resolveOptions(options)
  }

  /** The replicas, in the order of the last update. */
  get upstreams(): readonly Upstream<Target>[] {
    return this.#upstreams
  }

  /** These are the targets now. Those that stay keep what is known of them; a target counts once. O(n). */
  update(targets: readonly Target[]): void {
    const known = new Map(this.#upstreams.map((upstream) => [upstream.target, upstream]))
    const nowMs = () => this.#clock.nowMs()
    this.#upstreams = [...new Set(targets)].map(
      (target) => known.get(target) ?? new Upstream(target, this.#options, nowMs),
    )
  }

  /**
   * The replica for one call, which is in flight there from now on: whoever gets it calls `end` on it once.
   * `undefined` when there is none, or all are excluded.
   */
  pick(isExcluded: (target: Target) => boolean = never): Upstream<Target> | undefined {
    const nowMs = this.#clock.nowMs()
    const found = this.#drawn(isExcluded, nowMs) ?? this.#drawnOfAll(isExcluded, nowMs)
    found?.start()
    return found
  }

  #drawn(isExcluded: (target: Target) => boolean, nowMs: number): Upstream<Target> | undefined {
    if (this.#upstreams.length < 2) return undefined
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const [one, other] = this.#drawPair(this.#upstreams)
      // Taking the usable one of a pair would be no choice, but chance.
      if (this.#mayTake(one, isExcluded) && this.#mayTake(other, isExcluded)) {
        return this.#better(one, other, nowMs)
      }
    }
    return undefined
  }

  /** Two of the usable ones, or, if there are none, of all that are not excluded. */
  #drawnOfAll(
    isExcluded: (target: Target) => boolean,
    nowMs: number,
  ): Upstream<Target> | undefined {
    const left = this.#upstreams.filter(({ target }) => !isExcluded(target))
    const usable = left.filter(({ target, inFlight }) => this.#isUsable(target, inFlight))
    const candidates = usable.length > 0 ? usable : left
    if (candidates.length < 2) return candidates[0]
    // Not the cheapest of them: all callers would agree on it.
    const [one, other] = this.#drawPair(candidates)
    return this.#better(one, other, nowMs)
  }

  /** Two distinct ones, of at least two. */
  #drawPair(all: readonly Upstream<Target>[]): [Upstream<Target>, Upstream<Target>] {
    const count = all.length
    const first = Math.floor(drawFraction(this.#random) * count)
    const step = 1 + Math.floor(drawFraction(this.#random) * (count - 1))
    return [all[first] as Upstream<Target>, all[(first + step) % count] as Upstream<Target>]
  }

  #better(one: Upstream<Target>, other: Upstream<Target>, nowMs: number): Upstream<Target> {
    const cheaper = one.costMs(nowMs) <= other.costMs(nowMs) ? one : other
    const share = cheaper.warmShare(nowMs)
    if (share === 1) return cheaper
    const dearer = cheaper === one ? other : one
    // Between two that warm up there is nobody to stand in.
    if (dearer.warmShare(nowMs) < 1) return cheaper
    return drawFraction(this.#random) < share ? cheaper : dearer
  }

  #mayTake(upstream: Upstream<Target>, isExcluded: (target: Target) => boolean): boolean {
    const { target, inFlight } = upstream
    return !isExcluded(target) && this.#isUsable(target, inFlight)
  }
}

function always(): boolean {
  return true
}

function never(): boolean {
  return false
}

function resolveOptions(options: BalancerOptions): ResolvedOptions<BalancerOptions> {
  const merged = withDefaults(options, BALANCER_DEFAULTS)
  checkNumber('decayMs', merged.decayMs, { above: 0 })
  checkNumber('failurePenaltyMs', merged.failurePenaltyMs, { min: 0 })
  checkNumber('slowStartMs', merged.slowStartMs, { min: 0 })
  return merged
}
