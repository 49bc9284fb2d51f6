import {
  type Clock,
  checkInteger,
  checkNumber,
  type ResolvedOptions,
  withDefaults,
} from '@headgate/core'
import type { CallOutcome } from '../outcome/call-outcome.ts'
import { CountWindow } from '../window/count-window.ts'
import { Sentence } from './sentence.ts'

const [CALLS, FAILED] = [0, 1] as const

export interface OutlierEjectionOptions {
  /** Failures in a row that eject. Integer, at least 1. Default 5. */
  readonly maxConsecutive?: number | undefined
  /** This share of failures in the window ejects. Above 0, up to 1. Default 0.5. */
  readonly maxFailedRatio?: number | undefined
  /** From so many calls in the window on. Integer, at least 1. Default 50. */
  readonly minCalls?: number | undefined
  /** Milliseconds, above 0. Default 10,000. */
  readonly windowMs?: number | undefined
  /** So long the first time, twice that the second, and so on. Milliseconds, above 0. Default 30,000. */
  readonly baseEjectionMs?: number | undefined
  /** Milliseconds, at least `baseEjectionMs`. Default 300,000. */
  readonly maxEjectionMs?: number | undefined
  /** With a larger share ejected it panics: all count as good. From 0 to 1. Default 0.5. */
  readonly maxEjectedRatio?: number | undefined
}

export const OUTLIER_EJECTION_DEFAULTS: ResolvedOptions<OutlierEjectionOptions> = Object.freeze({
  maxConsecutive: 5,
  maxFailedRatio: 0.5,
  minCalls: 50,
  windowMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectedRatio: 0.5,
})

export type EjectionEvent<Target> =
  | {
      readonly type: 'ejected'
      readonly target: Target
      readonly reason: 'consecutive' | 'ratio'
      readonly forMs: number
    }
  /** Told when somebody asks after its time is up. */
  | { readonly type: 'readmitted'; readonly target: Target }
  /** Into panic (`true`) or out of it. */
  | { readonly type: 'panic'; readonly panics: boolean }

export interface OutlierEjectionParts<Target> {
  readonly clock: Clock
  /** Called after the state has changed; may call back in. */
  readonly listener?: ((event: EjectionEvent<Target>) => void) | undefined
}

interface Member {
  readonly window: CountWindow
  readonly sentence: Sentence
  consecutive: number
}

/**
 * Sets replicas aside that fail while others do not. Where more than half fail, the fault is not theirs,
 * and setting them aside would only push their load onto the rest: nobody counts as ejected then. O(1) a
 * call, without timers.
 *
 * Source: Envoy, outlier detection and panic threshold (2016). Explained in docs/algorithms/outlier-ejection.md.
 */
export class OutlierEjection<Target> {
  readonly #clock: Clock
  readonly #listener: OutlierEjectionParts<Target>['listener']
  readonly #options: ResolvedOptions<OutlierEjectionOptions>
  #members: Map<Target, Member> = new Map()
  #ejected = 0
  #panics = false
  #nextEndMs = Number.POSITIVE_INFINITY

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(parts: OutlierEjectionParts<Target>, options: OutlierEjectionOptions = {}) {
    this.#clock = parts.clock
    this.#listener = parts.listener
    this.#options = resolveOptions(options)
  }

  /** These are the targets now. Those that stay keep what is known of them. O(n). */
  update(targets: readonly Target[]): void {
    const { windowMs } = this.#options
    const known = this.#members
    this.#members = new Map(
      targets.map((target) => {
        const member = known.get(target) ?? createMember(windowMs)
        return [target, member]
      }),
    )
    this.#recount()
  }

  /** A call to `target` ended. A target that is not one, or is ejected, teaches nothing. */
  onResult(target: Target, outcome: CallOutcome): void {
    if (outcome === 'ignore') return
    const nowMs = this.#clock.nowMs()
    this.#readmit(nowMs)
    const member = this.#members.get(target)
    if (member === undefined || !member.sentence.isServed) return
    member.window.add(CALLS, nowMs)
    if (outcome === 'success') {
      member.consecutive = 0
      return
    }
    member.window.add(FAILED, nowMs)
    // A replica that says `full` is alive, and ejecting it would fill the others.
    if (outcome === 'failure') member.consecutive += 1
    const reason = this.#reasonToEject(member, nowMs)
    if (reason !== undefined) this.#eject(target, member, { reason, nowMs })
  }

  /** Whether the balancer should leave it alone. */
  isEjected(target: Target): boolean {
    if (this.#ejected === 0) return false
    this.#readmit(this.#clock.nowMs())
    return !this.#panics && this.#members.get(target)?.sentence.isServed === false
  }

  snapshot(): { readonly members: number; readonly ejected: number; readonly panics: boolean } {
    this.#readmit(this.#clock.nowMs())
    return { members: this.#members.size, ejected: this.#ejected, panics: this.#panics }
  }

  #reasonToEject(
    { consecutive, window }: Member,
    nowMs: number,
  ): 'consecutive' | 'ratio' | undefined {
    const { maxConsecutive, maxFailedRatio, minCalls } = this.#options
    if (consecutive >= maxConsecutive) return 'consecutive'
    const calls = window.total(CALLS, nowMs)
    const isRatio = calls >= minCalls && window.total(FAILED, nowMs) >= calls * maxFailedRatio
    return isRatio ? 'ratio' : undefined
  }

  #eject(
    target: Target,
    member: Member,
    { reason, nowMs }: { reason: 'consecutive' | 'ratio'; nowMs: number },
  ): void {
    const { baseEjectionMs, maxEjectionMs } = this.#options
    const forMs = member.sentence.begin(nowMs, baseEjectionMs, maxEjectionMs)
    member.consecutive = 0
    member.window.clear()
    this.#ejected += 1
    this.#nextEndMs = Math.min(this.#nextEndMs, member.sentence.untilMs)
    this.#listener?.({ type: 'ejected', target, reason, forMs })
    this.#checkPanic()
  }

  #readmit(nowMs: number): void {
    if (nowMs < this.#nextEndMs) return
    const ended: Target[] = []
    for (const [target, { sentence }] of this.#members) {
      if (sentence.isServed || nowMs < sentence.untilMs) continue
      sentence.end(nowMs)
      ended.push(target)
    }
    this.#recount()
    for (const target of ended) this.#listener?.({ type: 'readmitted', target })
  }

  #recount(): void {
    const serving = [...this.#members.values()].filter(({ sentence }) => !sentence.isServed)
    this.#ejected = serving.length
    this.#nextEndMs = serving.reduce(
      (leastMs, { sentence }) => Math.min(leastMs, sentence.untilMs),
      Number.POSITIVE_INFINITY,
    )
    this.#checkPanic()
  }

  #checkPanic(): void {
    const panics = this.#ejected > this.#members.size * this.#options.maxEjectedRatio
    if (panics === this.#panics) return
    this.#panics = panics
    this.#listener?.({ type: 'panic', panics })
  }
}

function createMember(windowMs: number): Member {
  return { window: new CountWindow(windowMs, 2), sentence: new Sentence(), consecutive: 0 }
}

function resolveOptions(options: OutlierEjectionOptions): ResolvedOptions<OutlierEjectionOptions> {
  const merged = withDefaults(options, OUTLIER_EJECTION_DEFAULTS)
  checkInteger('maxConsecutive', merged.maxConsecutive, { min: 1 })
  checkNumber('maxFailedRatio', merged.maxFailedRatio, { above: 0, max: 1 })
  checkInteger('minCalls', merged.minCalls, { min: 1 })
  checkNumber('windowMs', merged.windowMs, { above: 0 })
  checkNumber('baseEjectionMs', merged.baseEjectionMs, { above: 0 })
  checkNumber('maxEjectionMs', merged.maxEjectionMs, { min: merged.baseEjectionMs })
  checkNumber('maxEjectedRatio', merged.maxEjectedRatio, { min: 0, max: 1 })
  return merged
}
