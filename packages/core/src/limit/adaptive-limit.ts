import { checkFunction, checkKnownOptions, definedOptions } from '../option/check-option.ts'
import { AdaptiveWindow, type WindowBounds, type WindowReport } from './adaptive-window.ts'
import type { Limit } from './limit.ts'
import { type LimitBoundsOptions, resolveLimitBounds } from './limit-bounds.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { usableLatencyNs } from './usable-latency.ts'

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

/** Why the limit moved last, or (`unused`, `steady`, `burst`) did not. */
export type AdaptiveMove =
  | 'initial'
  | 'unused'
  | 'steady'
  | 'burst'
  | 'grow'
  | 'overloaded'
  | 'saturated'
  | 'queueing'
  | 'probe'
  | 'probe-inconclusive'
  | 'probe-found-queue'
  | 'probe-found-need'

const WINDOW_NS = 100e6
const PATIENT_NS = 2e9
const SATURATED_UTILIZATION = 0.9
const PRESSED_RATIO = 0.25
const PRESSED_WINDOWS = 2
const OVERLOADED_RATIO = 0.1
const OVERLOADED_BACKOFF_RATIO = 0.7
const MIN_STEP_RATIO = 0.7
const PROBE_RATIO = 0.5
const PROBE_COST_INVERSE = 50

/**
 * Finds by itself how many requests a Node server can usefully have in flight: the default limit.
 *
 * Explained, with every constant and its reason, in docs/algorithms/adaptive-limit.md.
 */
export class AdaptiveLimit implements Limit {
  readonly #options: ResolvedOptions<LimitBoundsOptions>
  readonly #utilization: () => number
  readonly #window: AdaptiveWindow
  #limit: number
  #move: AdaptiveMove = 'initial'
  #baseNs = 0
  #pressedWindows = 0
  #latencyNs = 0
  #queued = 0
  #loop = 0
  #queueing = false
  #nextProbeNs = Number.NEGATIVE_INFINITY
  #probeStartNs = 0
  #probeBackoff = 1
  /** The window before a probe, while one runs. */
  #before: WindowReport | undefined
  #limitBefore = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: AdaptiveLimitOptions = {}, sources: AdaptiveLimitSources = {}) {
    checkKnownOptions('options', options, Object.keys(ADAPTIVE_LIMIT_DEFAULTS))
    checkKnownOptions('sources', sources, ['utilization'])
    this.#options = resolveLimitBounds(definedOptions(options), ADAPTIVE_LIMIT_DEFAULTS)
    const { utilization = unknownUtilization } = sources
    checkFunction('utilization', utilization)
    this.#utilization = utilization
    this.#limit = this.#options.initialLimit
    this.#window = new AdaptiveWindow(steadyBounds(0), this.#limit)
  }

  get current(): number {
    return Math.floor(this.#limit)
  }

  onSample(sample: Sample): void {
    const latencyNs = usableLatencyNs(sample)
    if (latencyNs === 0) return
    if (this.#window.add(sample, latencyNs)) this.#close(this.#window.report())
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return {
      algorithm: 'adaptive',
      limit: this.current,
      reason: this.#move,
      baseMs: this.#baseNs / 1e6,
      latencyMs: this.#latencyNs / 1e6,
      queued: this.#queued,
      utilization: this.#loop,
      probing: this.#before !== undefined,
    }
  }

  #close(report: WindowReport): void {
    const limitWas = this.current
    const utilization = this.#utilization()
    this.#loop = utilization
    if (report.succeeded > 0) this.#latencyNs = report.latencyNs
    this.#move = this.#decide(report)
    const settleNs = this.current === limitWas ? 0 : this.#latencyNs * (this.#before ? 2 : 1)
    const bounds = this.#before ? probeBounds(this.#latencyNs) : steadyBounds(this.#latencyNs)
    this.#window.open(bounds, this.current, report.endNs + settleNs)
  }

  #decide(report: WindowReport): AdaptiveMove {
    const limit = this.#limit
    const used = report.maxInFlight * 2 >= limit
    const { overloaded, succeeded } = report
    if (overloaded > OVERLOADED_RATIO * (overloaded + succeeded)) {
      if (!used) return 'unused'
      this.#before = undefined
      this.#set(limit * OVERLOADED_BACKOFF_RATIO)
      return 'overloaded'
    }
    if (succeeded === 0) return 'steady'
    if (this.#before !== undefined) return this.#judge(this.#before, report)

    const pressed = report.pressedRatio >= PRESSED_RATIO
    this.#pressedWindows = pressed ? this.#pressedWindows + 1 : 0
    this.#learn(report, pressed)
    const queued = report.meanInFlight * (1 - Math.min(1, this.#baseNs / report.latencyNs))
    this.#queued = queued
    if (!used) return 'unused'

    const standing = this.#pressedWindows >= PRESSED_WINDOWS
    if (standing && report.endNs >= this.#nextProbeNs && this.#probe(report)) return 'probe'
    const room = 2 * Math.sqrt(limit)
    if (queued <= room) {
      if (!pressed && queued < room / 2) this.#queueing = false
      const most = Math.max(limit, report.maxInFlight * 2)
      const hit = report.maxInFlight >= this.current
      const step = hit && queued < room / 2 ? limit / 2 : (room - queued) / 2
      this.#set(Math.min(most, limit + step))
      return 'grow'
    }
    if (!standing) return 'burst'
    if (this.#loop < SATURATED_UTILIZATION && !this.#queueing) {
      return this.#probe(report) ? 'probe' : 'steady'
    }
    this.#set(Math.max(limit * MIN_STEP_RATIO, limit - (queued - room) / 2))
    return this.#queueing ? 'queueing' : 'saturated'
  }

  #learn(report: WindowReport, pressed: boolean): void {
    const { latencyNs, succeeded } = report
    if (this.#baseNs === 0) {
      this.#baseNs = latencyNs
      return
    }
    const weight = Math.min(1, succeeded / 100)
    if (latencyNs < this.#baseNs) this.#baseNs += 0.3 * weight * (latencyNs - this.#baseNs)
    else if (!pressed && this.#loop < 0.8) {
      this.#baseNs += 0.01 * weight * (latencyNs - this.#baseNs)
    }
  }

  #probe(report: WindowReport): boolean {
    const target = Math.max(this.#options.minLimit, this.#limit * PROBE_RATIO)
    if (target > this.#limit * 0.8) return false
    this.#before = report
    this.#limitBefore = this.#limit
    this.#probeStartNs = report.endNs
    this.#set(target)
    return true
  }

  #judge(before: WindowReport, after: WindowReport): AdaptiveMove {
    this.#before = undefined
    const spentNs = after.endNs - this.#probeStartNs
    const fewer = Math.log(before.meanInFlight / after.meanInFlight)
    const slower = Math.log(
      (before.succeeded * after.elapsedNs) / (after.succeeded * before.elapsedNs),
    )
    if (fewer < 0.15) {
      this.#set(this.#limitBefore)
      this.#nextProbeNs = after.endNs + spentNs * PROBE_COST_INVERSE
      return 'probe-inconclusive'
    }
    const wasNs = this.#baseNs
    const queueing = slower < fewer / 2
    this.#queueing = queueing
    this.#baseNs = queueing ? Math.min(wasNs, after.latencyNs) : after.latencyNs
    const lower = this.#baseNs < 0.85 * wasNs
    if (lower) this.#probeBackoff = 0.2
    else this.#probeBackoff = Math.min(8, Math.max(1, this.#probeBackoff * 2))
    this.#nextProbeNs = after.endNs + spentNs * PROBE_COST_INVERSE * this.#probeBackoff
    if (queueing) this.#set(Math.min(this.#limitBefore, this.#limit + 2 * Math.sqrt(this.#limit)))
    else this.#set(this.#limitBefore)
    return queueing ? 'probe-found-queue' : 'probe-found-need'
  }

  #set(limit: number): void {
    const { minLimit, maxLimit } = this.#options
    this.#limit = Math.min(maxLimit, Math.max(minLimit, limit))
  }
}

function steadyBounds(latencyNs: number): WindowBounds {
  return {
    minNs: Math.max(WINDOW_NS, latencyNs),
    minSamples: 40,
    patientNs: PATIENT_NS,
    fewSamples: 5,
  }
}

function probeBounds(latencyNs: number): WindowBounds {
  return { minNs: 4 * latencyNs, minSamples: 200, patientNs: PATIENT_NS, fewSamples: 20 }
}

function unknownUtilization(): number {
  return 0
}
