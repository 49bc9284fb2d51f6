import { checkFunction, checkKnownOptions, definedOptions } from '../option/check-option.ts'
import { AdaptiveWindow, type WindowReport } from './adaptive-window.ts'
import { BaseLatency } from './base-latency.ts'
import { Descent } from './descent.ts'
import type { Limit } from './limit.ts'
import { type LimitBoundsOptions, resolveLimitBounds } from './limit-bounds.ts'
import { type LawMove, nextAdaptiveLimit, roomFor, USED_RATIO } from './next-adaptive-limit.ts'
import { PressedSpell } from './pressed-spell.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { type ProbeVerdict, ThroughputProbe } from './throughput-probe.ts'
import { usableLatencyNs } from './usable-latency.ts'
import { FIRST_WINDOW, planWindow } from './window-plan.ts'

export interface AdaptiveLimitOptions {
  /** The limit before the first sample. Integer from `minLimit` to `maxLimit`. Default 20. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. Default 4. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. Default 1000. */
  readonly maxLimit?: number | undefined
}

/** What `AdaptiveLimit` may know beyond its samples. */
export interface AdaptiveLimitSources {
  /** Utilisation of the event loop since the last call, 0 to 1. Read once per window. Without it: unknown. */
  readonly utilization?: (() => number) | undefined
}

export const ADAPTIVE_LIMIT_DEFAULTS: ResolvedOptions<LimitBoundsOptions> = Object.freeze({
  initialLimit: 20,
  minLimit: 4,
  maxLimit: 1000,
})

/**
 * Why the limit moved last, or did not: `initial` (nothing learnt yet), what the law said (`unused`, `grow`,
 * `burst`, `trim`, `saturated`, `queueing`), `overloaded` (answers came too late), what a probe is doing (`probe`,
 * `probe-half`) or has found (`probe-queue`, `probe-all-queue`, `probe-need`, `probe-unclear`), `doubt` (it came down
 * and took the throughput with it, and is back where it was), `steady` (nothing to go by).
 */
export type AdaptiveMove =
  | Exclude<LawMove, 'ask'>
  | 'initial'
  | 'overloaded'
  | 'probe'
  | 'probe-half'
  | `probe-${ProbeVerdict}`
  | 'doubt'
  | 'steady'

/** From here on the event loop is the bottleneck, and up to there it is out of the question. */
const SATURATED_UTILIZATION = 0.9
const QUIET_UTILIZATION = 0.8
const OVERLOADED_RATIO = 0.1
const OVERLOADED_BACKOFF_RATIO = 0.7
const PROBE_RATIO = 0.5
/** Probes begin when the queue has this much of its room. */
const PROBE_ROOM_RATIO = 0.5
/** A probe that cannot go at least this low would show nothing. */
const LEAST_PROBE_RATIO = 0.8

/**
 * Finds by itself how many requests a server can usefully have in flight: the default limit.
 *
 * It keeps a short queue inside the service (`nextAdaptiveLimit`), measured against the latency of a request
 * that has nobody in its way (`BaseLatency`), and probes when a latency alone cannot tell a queue from slow
 * work (`ThroughputProbe`). It comes down only while the limit is in use, and learns latency from successes
 * only.
 *
 * Explained, with every constant and its reason, in docs/algorithms/adaptive-limit.md.
 */
export class AdaptiveLimit implements Limit {
  readonly #options: ResolvedOptions<LimitBoundsOptions>
  readonly #utilization: () => number
  readonly #window: AdaptiveWindow
  readonly #base: BaseLatency = new BaseLatency()
  readonly #spell: PressedSpell = new PressedSpell()
  readonly #probe: ThroughputProbe = new ThroughputProbe()
  readonly #descent: Descent = new Descent()
  #limit: number
  #move: AdaptiveMove = 'initial'
  #latencyNs = 0
  #queued = 0
  #loop = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: AdaptiveLimitOptions = {}, sources: AdaptiveLimitSources = {}) {
    checkKnownOptions('options', options, Object.keys(ADAPTIVE_LIMIT_DEFAULTS))
    checkKnownOptions('sources', sources, ['utilization'])
    this.#options = resolveLimitBounds(definedOptions(options), ADAPTIVE_LIMIT_DEFAULTS)
    const { utilization = unknownUtilization } = sources
    checkFunction('utilization', utilization)
    this.#utilization = utilization
    this.#limit = this.#options.initialLimit
    this.#window = new AdaptiveWindow(FIRST_WINDOW, this.#limit)
  }

  get current(): number {
    return Math.floor(this.#limit)
  }

  onSample(sample: Sample): void {
    const latencyNs = usableLatencyNs(sample)
    if (latencyNs === 0 || !Number.isFinite(sample.startNs)) return
    if (this.#window.add(sample, latencyNs)) this.#close(this.#window.report())
  }

  /** Nothing to learn: with a queue in front, requests are refused while permits are free. */
  onReject(): void {}

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return {
      algorithm: 'adaptive',
      limit: this.current,
      minLimit: this.#options.minLimit,
      reason: this.#move,
      baseMs: this.#base.ns / 1e6,
      latencyMs: this.#latencyNs / 1e6,
      queued: this.#queued,
      queueRoom: roomFor(this.#limit),
      utilization: this.#loop,
      standing: this.#spell.standing,
      proven: this.#spell.proven,
    }
  }

  #close(report: WindowReport): void {
    const limitWas = this.#limit
    // Read exactly once a window: it measures since the last call.
    this.#loop = Math.min(1, Math.max(0, this.#utilization())) || 0
    if (report.succeeded > 0) this.#latencyNs = report.latencyNs
    this.#move = this.#decide(report)
    this.#openNext(report.endNs, this.#limit !== limitWas)
  }

  #openNext(nowNs: number, changed: boolean): void {
    const probing = this.#probe.phase !== 'none'
    const { bounds, settleNs } = planWindow(this.#latencyNs, { probing, changed })
    // The limit stays as it was for a probe's first half: the window that asked for it is part of it.
    if (this.#move === 'probe') this.#window.extend(bounds)
    else this.#window.open(bounds, this.current, nowNs + settleNs)
  }

  #decide(report: WindowReport): AdaptiveMove {
    const { overloaded, succeeded, maxInFlight } = report
    const used = maxInFlight >= this.#limit * USED_RATIO
    if (used && overloaded > OVERLOADED_RATIO * (overloaded + succeeded))
      return this.#backOff(maxInFlight)
    if (this.#probe.phase === 'halved') return this.#judge(report)
    if (succeeded === 0) return 'steady'

    const pressed = PressedSpell.isPressed(report)
    if (this.#spell.watch(report)) this.#probe.hasten()
    this.#base.learn(report, !pressed && this.#loop < QUIET_UTILIZATION)
    this.#queued = report.meanInFlight * Math.max(0, 1 - this.#base.ns / report.latencyNs)
    if (this.#probe.phase === 'reference') {
      if (pressed) return this.#halve(report)
      this.#probe.abandon()
    }
    if (this.#descent.watch(report, this.#limit)) return this.#turnBack()
    // With hardly a queue the limit goes up anyway, and that is an experiment too.
    const queues = used && this.#queued >= roomFor(this.#limit) * PROBE_ROOM_RATIO
    if (queues && this.#spell.standing && this.#probe.isDue(report.endNs)) return this.#ask(report)
    return this.#followLaw(report)
  }

  #followLaw(report: WindowReport): AdaptiveMove {
    const { standing, proven } = this.#spell
    const saturated = this.#loop >= SATURATED_UTILIZATION
    const limitWas = this.#limit
    const { limit, move } = nextAdaptiveLimit(this.#limit, {
      queued: this.#queued,
      maxInFlight: report.maxInFlight,
      standing,
      cause: saturated ? 'saturated' : proven ? 'queueing' : undefined,
    })
    this.#set(limit)
    if (move === 'saturated' || move === 'queueing') this.#descent.begin(report, limitWas)
    return move === 'ask' ? this.#ask(report) : move
  }

  /** The queue that the limit came down for was none: up again, and ask. */
  #turnBack(): AdaptiveMove {
    this.#set(this.#descent.topLimit)
    this.#descent.forget()
    this.#spell.disprove()
    this.#probe.hasten()
    return 'doubt'
  }

  #backOff(maxInFlight: number): AdaptiveMove {
    const limit = this.#probe.phase === 'halved' ? this.#probe.limit : this.#limit
    this.#probe.abandon()
    this.#set(Math.min(limit, maxInFlight) * OVERLOADED_BACKOFF_RATIO)
    return 'overloaded'
  }

  #ask(report: WindowReport): AdaptiveMove {
    if (!this.#canHalve()) return 'steady'
    this.#descent.forget()
    this.#probe.start(report.endNs)
    return 'probe'
  }

  #canHalve(): boolean {
    return this.#options.minLimit <= this.#limit * LEAST_PROBE_RATIO
  }

  #halve(reference: WindowReport): AdaptiveMove {
    this.#probe.halve(reference, this.#limit)
    this.#set(this.#limit * PROBE_RATIO)
    return 'probe-half'
  }

  #judge(halved: WindowReport): AdaptiveMove {
    const { limit } = this.#probe
    const baseWasNs = this.#base.ns
    const verdict = this.#probe.judge(halved)
    this.#base.settle(verdict, halved.latencyNs)
    // A service that was never seen without a queue, after a start under overload: on to the ground.
    const deeper = verdict === 'all-queue' && !this.#base.grounded
    if (deeper && this.#canHalve()) return this.#halve(halved)
    if (verdict !== 'unclear') this.#spell.prove()
    this.#probe.schedule(halved.endNs, verdict, this.#base.ns / baseWasNs)
    // Half of the limit served nearly as many: no reason to go all the way back up.
    const enough = this.#limit + roomFor(this.#limit)
    const isQueue = verdict === 'queue' || verdict === 'all-queue'
    this.#set(isQueue ? Math.min(limit, enough) : limit)
    return `probe-${verdict}`
  }

  #set(limit: number): void {
    const { minLimit, maxLimit } = this.#options
    this.#limit = Math.min(maxLimit, Math.max(minLimit, limit))
  }
}

function unknownUtilization(): number {
  return 0
}
