import type { CallOutcome } from '../outcome/call-outcome.ts'

/** Above any real cost: whoever is not known yet is asked for one call at a time. */
const UNKNOWN_COST_MS = 1e9
/** What an upstream says of its load counts for so long. */
const LOAD_MEMORY_MS = 10_000
/** However loaded it says it is, it does not cost more than this many times as much: it may be wrong. */
const MOST_LOAD_FACTOR = 10
/** The least share of its draws that an upstream keeps while it warms up. */
const LEAST_WARM_SHARE = 0.1

export interface UpstreamSettings {
  readonly decayMs: number
  readonly failurePenaltyMs: number
  readonly slowStartMs: number
}

/** One replica, as a balancer sees it: calls in flight, and a latency that rises at once and falls slowly. */
export class Upstream<Target> {
  readonly target: Target
  readonly #settings: UpstreamSettings
  readonly #nowMs: () => number
  #inFlight = 0
  // A field that begins as a whole number would be boxed when the first fraction is stored.
  #peakMs = 0.5
  #heardMs = Number.NEGATIVE_INFINITY
  #warmSinceMs = Number.NEGATIVE_INFINITY
  #loadFactor = 1
  #loadUntilMs = Number.NEGATIVE_INFINITY

  constructor(target: Target, settings: UpstreamSettings, nowMs: () => number) {
    this.target = target
    this.#settings = settings
    this.#nowMs = nowMs
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /**
   * What one more call there would cost, in milliseconds: latency × (in flight + 1). Without news it
   * sinks, so that whoever was bad is tried again.
   */
  costMs(nowMs: number): number {
    const { decayMs } = this.#settings
    const silentMs = nowMs - this.#heardMs
    // All would go there at once, before the first has told how it is.
    if (silentMs > decayMs) return this.#inFlight > 0 ? UNKNOWN_COST_MS + this.#inFlight : 0
    const loadFactor = nowMs < this.#loadUntilMs ? this.#loadFactor : 1
    return this.#peakMs * Math.exp(-silentMs / decayMs) * (this.#inFlight + 1) * loadFactor
  }

  /**
   * It said how much of what it can carry is in use, from 0 to 1: what others send it shows there before it
   * shows in latencies. A queue of that load makes a call wait 1 / (1 − utilisation) times as long. What is
   * out of range counts as the nearer end.
   */
  onLoad(utilization: number): void {
    if (Number.isNaN(utilization)) return
    const free = 1 - Math.min(1, Math.max(0, utilization))
    this.#loadFactor = Math.min(MOST_LOAD_FACTOR, 1 / free)
    this.#loadUntilMs = this.#nowMs() + LOAD_MEMORY_MS
  }

  /** The share of its draws that it should keep: rises to 1 in `slowStartMs` after the first news. */
  warmShare(nowMs: number): number {
    const warmMs = nowMs - this.#warmSinceMs
    const { slowStartMs } = this.#settings
    return warmMs >= slowStartMs ? 1 : Math.max(LEAST_WARM_SHARE, warmMs / slowStartMs)
  }

  /** Called by the balancer: a call goes there. */
  start(): void {
    this.#inFlight += 1
  }

  /** A call that was sent there ended. Tell it once for each pick, `ignore` included. */
  end(outcome: CallOutcome, latencyMs: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1)
    if (outcome === 'ignore' || !(latencyMs >= 0)) return
    const { decayMs, failurePenaltyMs, slowStartMs } = this.#settings
    const nowMs = this.#nowMs()
    const seenMs = outcome === 'success' ? latencyMs : Math.max(latencyMs, failurePenaltyMs)
    const silentMs = nowMs - this.#heardMs
    if (silentMs > decayMs) {
      this.#peakMs = seenMs
      if (slowStartMs > 0) this.#warmSinceMs = nowMs
    } else {
      this.#peakMs = nextPeakMs(this.#peakMs, seenMs, Math.exp(-Math.max(0, silentMs) / decayMs))
    }
    this.#heardMs = nowMs
  }
}

/** The peak-sensitive moving average: what is above it replaces it, what is below pulls it down slowly. */
export function nextPeakMs(peakMs: number, seenMs: number, kept: number): number {
  return seenMs > peakMs ? seenMs : peakMs * kept + seenMs * (1 - kept)
}
