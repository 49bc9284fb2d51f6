import {
  type Clock,
  checkInteger,
  checkNumber,
  type ResolvedOptions,
  withDefaults,
} from '@headgate/core'
import type { CallOutcome } from '../outcome/call-outcome.ts'
import { LatencyAverage } from './latency-average.ts'
import { Sentence } from './sentence.ts'

/** How often latencies are compared: that costs a sort, which no call should pay for. */
const JUDGE_MS = 1000

export interface LatencyProbationOptions {
  /** This many times as slow as its peers are in the median puts a replica on probation. Above 1. Default 5. */
  readonly slownessRatio?: number | undefined
  /** Nobody is judged with fewer peers. Integer, at least 1. Default 3. */
  readonly minPeers?: number | undefined
  /** Nor before so many calls. Integer, at least 1. Default 10. */
  readonly minSamples?: number | undefined
  /** So long the first time, twice that the second, and so on. Milliseconds, above 0. Default 5000. */
  readonly baseProbationMs?: number | undefined
  /** Milliseconds, at least `baseProbationMs`. Default 60,000. */
  readonly maxProbationMs?: number | undefined
  /** No larger share is on probation. From 0 to 1. Default 0.5. */
  readonly maxProbationRatio?: number | undefined
}

export const LATENCY_PROBATION_DEFAULTS: ResolvedOptions<LatencyProbationOptions> = Object.freeze({
  slownessRatio: 5,
  minPeers: 3,
  minSamples: 10,
  baseProbationMs: 5000,
  maxProbationMs: 60_000,
  maxProbationRatio: 0.5,
})

export type ProbationEvent<Target> =
  | {
      readonly type: 'probation'
      readonly target: Target
      readonly meanMs: number
      readonly medianMs: number
      readonly forMs: number
    }
  | { readonly type: 'released'; readonly target: Target }

export interface LatencyProbationParts<Target> {
  readonly clock: Clock
  /** Called after the state has changed; may call back in. */
  readonly listener?: ((event: ProbationEvent<Target>) => void) | undefined
}

interface Member<Target> {
  readonly target: Target
  readonly average: LatencyAverage
  readonly sentence: Sentence
}

/**
 * Leaves replicas alone that are far slower than their peers, but for one call at a time, which tells
 * whether they still are. O(1) a call, without timers; O(n log n) once a second.
 *
 * Source: "latency-induced probation", Dean and Barroso, "The tail at scale", CACM 56(2) (2013). Explained in
 * docs/algorithms/outlier-ejection.md.
 */
export class LatencyProbation<Target> {
  readonly #clock: Clock
  readonly #listener: LatencyProbationParts<Target>['listener']
  readonly #options: ResolvedOptions<LatencyProbationOptions>
  #members: Map<Target, Member<Target>> = new Map()
  #judgeAtMs: number

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(parts: LatencyProbationParts<Target>, options: LatencyProbationOptions = {}) {
    this.#clock = parts.clock
    this.#listener = parts.listener
    this.#options = resolveOptions(options)
    this.#judgeAtMs = parts.clock.nowMs() + JUDGE_MS
  }

  /** These are the targets now. Those that stay keep what is known of them. O(n). */
  update(targets: readonly Target[]): void {
    const known = this.#members
    this.#members = new Map(
      targets.map((target) => [target, known.get(target) ?? createMember(target)]),
    )
  }

  /** A call to `target` ended. Of failures only those count that took longer than is usual there. */
  onResult(target: Target, outcome: CallOutcome, latencyMs: number): void {
    const member = this.#members.get(target)
    const nowMs = this.#clock.nowMs()
    if (member !== undefined && latencyMs >= 0 && outcome !== 'ignore') {
      const { average } = member
      // How long a failure would have taken is not known: longer than it did.
      if (outcome === 'success' || latencyMs > average.meanMs) average.add(latencyMs, nowMs)
    }
    this.#judgeNow(nowMs)
  }

  isOnProbation(target: Target): boolean {
    return this.#members.get(target)?.sentence.isServed === false
  }

  /** Whether a call may go there that has so many in flight: one at a time while on probation. */
  mayTake(target: Target, inFlight: number): boolean {
    this.#judgeNow(this.#clock.nowMs())
    return inFlight === 0 || !this.isOnProbation(target)
  }

  #judgeNow(nowMs: number): void {
    if (nowMs < this.#judgeAtMs) return
    this.#judgeAtMs = nowMs + JUDGE_MS
    const means = this.#knownMeans()
    const events: ProbationEvent<Target>[] = []
    for (const member of this.#members.values()) {
      const isServed = member.sentence.isServed
      if (!isServed && nowMs < member.sentence.untilMs) continue
      const medianMs = this.#medianOfPeers(member, means)
      const isSlow = medianMs !== undefined && this.#isSlow(member, medianMs)
      // At the end of a probation its probes decide; if there were none it is in doubt, and free.
      if (isSlow && (!isServed || this.#hasRoom())) {
        events.push(this.#convict(member, medianMs, nowMs))
      } else if (!isServed) {
        member.sentence.end(nowMs)
        events.push({ type: 'released', target: member.target })
      }
    }
    for (const event of events) this.#listener?.(event)
  }

  /** Whether one more may be put on probation. */
  #hasRoom(): boolean {
    const serving = [...this.#members.values()].filter(({ sentence }) => !sentence.isServed).length
    return serving + 1 <= this.#members.size * this.#options.maxProbationRatio
  }

  #isSlow({ average, sentence }: Member<Target>, medianMs: number): boolean {
    const needed = sentence.isServed ? this.#options.minSamples : 1
    return average.samples >= needed && average.meanMs > this.#options.slownessRatio * medianMs
  }

  #convict(member: Member<Target>, medianMs: number, nowMs: number): ProbationEvent<Target> {
    const { baseProbationMs, maxProbationMs } = this.#options
    const { target, average, sentence } = member
    const { meanMs } = average
    const forMs = sentence.begin(nowMs, baseProbationMs, maxProbationMs)
    // From here on it counts what the probes say.
    average.clear()
    return { type: 'probation', target, meanMs, medianMs, forMs }
  }

  #isKnown({ average, sentence }: Member<Target>): boolean {
    return sentence.isServed && average.samples >= this.#options.minSamples
  }

  /** The mean latencies of those whom others are compared with, sorted. */
  #knownMeans(): readonly number[] {
    const known = [...this.#members.values()].filter((member) => this.#isKnown(member))
    return known.map(({ average }) => average.meanMs).sort((a, b) => a - b)
  }

  /** The median of `means` without the member's own; `undefined` when they are too few. */
  #medianOfPeers(member: Member<Target>, means: readonly number[]): number | undefined {
    const peers = means.length - (this.#isKnown(member) ? 1 : 0)
    if (peers < this.#options.minPeers) return undefined
    // Taking its own out would move this by one only for a member that is no slower than the median.
    return means[Math.floor(peers / 2)]
  }
}

function createMember<Target>(target: Target): Member<Target> {
  return { target, average: new LatencyAverage(), sentence: new Sentence() }
}

function resolveOptions(
  options: LatencyProbationOptions,
): ResolvedOptions<LatencyProbationOptions> {
  const merged = withDefaults(options, LATENCY_PROBATION_DEFAULTS)
  checkNumber('slownessRatio', merged.slownessRatio, { above: 1 })
  checkInteger('minPeers', merged.minPeers, { min: 1 })
  checkInteger('minSamples', merged.minSamples, { min: 1 })
  checkNumber('baseProbationMs', merged.baseProbationMs, { above: 0 })
  checkNumber('maxProbationMs', merged.maxProbationMs, { min: merged.baseProbationMs })
  checkNumber('maxProbationRatio', merged.maxProbationRatio, { min: 0, max: 1 })
  return merged
}
