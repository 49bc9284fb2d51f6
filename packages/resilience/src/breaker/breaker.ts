import { type Clock, checkFunction, type ResolvedOptions } from '@headgate/core'
import type { CallOutcome } from '../outcome/call-outcome.ts'
import { drawFraction, type Random } from '../random/random.ts'
import { CountWindow } from '../window/count-window.ts'
import { type BreakerOptions, resolveBreakerOptions } from './breaker-options.ts'
import { BreakerPass } from './breaker-pass.ts'
import { ProbeRamp, type RampVerdict } from './probe-ramp.ts'

const [CALLS, FAILED, SLOW] = [0, 1, 2] as const

export type BreakerState = 'closed' | 'open' | 'half-open'

/** Too many failures in a row, too few successes, too many slow calls; probes failed, it is time for probes, they passed. */
export type BreakerMove =
  | 'consecutive'
  | 'ratio'
  | 'slow'
  | 'probe-failed'
  | 'probing'
  | 'recovered'

export interface BreakerEvent {
  readonly type: 'breaker'
  readonly from: BreakerState
  readonly to: BreakerState
  readonly reason: BreakerMove
  /** How long it stays open, in milliseconds; 0 unless `to` is `open`. */
  readonly openMs: number
}

export interface BreakerParts {
  readonly clock: Clock
  /** Spreads the times that it is open, so that callers do not probe in step. */
  readonly random: Random
  /** Called after the state has changed; may call back in. */
  readonly listener?: ((event: BreakerEvent) => void) | undefined
}

/**
 * Stops calls to something that keeps failing, and lets a few through now and then to see whether it
 * still does. It needs no timer: whoever asks after the time is up is the first probe. O(1).
 *
 * Sources: Nygard, "Release It!" (2007); the unified breaker of Linkerd for what opens it (2023). Explained
 * in docs/algorithms/breaker.md.
 */
export class Breaker {
  readonly #clock: Clock
  readonly #random: Random
  readonly #listener: BreakerParts['listener']
  readonly #options: ResolvedOptions<BreakerOptions>
  readonly #window: CountWindow
  readonly #ramp: ProbeRamp
  #state: BreakerState = 'closed'
  #reason: BreakerMove | 'initial' = 'initial'
  #period = 0
  #pass: BreakerPass = new BreakerPass(this, 0, false)
  #consecutive = 0
  /** How often in a row it has opened without having been well for a window in between. */
  #streak = 0
  #closedMs = Number.NEGATIVE_INFINITY
  #openUntilMs = 0
  #openings = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(parts: BreakerParts, options: BreakerOptions = {}) {
    checkFunction('random', parts.random)
    this.#clock = parts.clock
    this.#random = parts.random
    this.#listener = parts.listener
    this.#options = resolveBreakerOptions(options)
    this.#window = new CountWindow(this.#options.windowMs, 3)
    this.#ramp = new ProbeRamp(this.#options.minSuccessRatio, this.#options.maxProbeMs)
  }

  /** `open` until somebody asks after its time is up. */
  get state(): BreakerState {
    return this.#state
  }

  /** How often it has opened in all, each time that a probe failed included. */
  get openings(): number {
    return this.#openings
  }

  /** Milliseconds until it is worth asking again; 0 when it is now. */
  get retryAfterMs(): number {
    return this.#state === 'open' ? Math.max(0, this.#openUntilMs - this.#clock.nowMs()) : 0
  }

  /** Lets a call through, or not. Whoever gets a pass tells it how the call ended. */
  tryPass(): BreakerPass | undefined {
    if (this.#state === 'closed') return this.#pass
    const nowMs = this.#clock.nowMs()
    if (this.#state === 'half-open') this.#giveUpLostProbes(nowMs)
    else if (nowMs >= this.#openUntilMs) this.#probe()
    // A listener may have called in, and moved it on.
    if (this.state !== 'half-open' || !this.#ramp.tryStart(nowMs)) return undefined
    return new BreakerPass(this, this.#period, true)
  }

  /** Called by a pass. */
  onEnd(pass: BreakerPass, outcome: CallOutcome, latencyMs: number): void {
    if (pass.period !== this.#period) return
    const isSlow = latencyMs >= this.#options.slowCallMs
    if (this.#state === 'half-open') {
      if (outcome === 'ignore') this.#ramp.onIgnored()
      else this.#follow(this.#ramp.onEnd(outcome === 'success' && !isSlow), this.#clock.nowMs())
    } else if (outcome !== 'ignore') {
      this.#count(outcome, isSlow)
    }
  }

  snapshot(): Readonly<Record<string, number | string>> {
    const nowMs = this.#clock.nowMs()
    return {
      state: this.#state,
      reason: this.#reason,
      consecutive: this.#consecutive,
      calls: this.#window.total(CALLS, nowMs),
      failed: this.#window.total(FAILED, nowMs),
      slow: this.#window.total(SLOW, nowMs),
      openings: this.#openings,
      probes: this.#state === 'half-open' ? this.#ramp.inFlight : 0,
      retryAfterMs: this.retryAfterMs,
    }
  }

  #count(outcome: CallOutcome, isSlow: boolean): void {
    const nowMs = this.#clock.nowMs()
    this.#window.add(CALLS, nowMs)
    if (outcome !== 'success') this.#window.add(FAILED, nowMs)
    if (isSlow) this.#window.add(SLOW, nowMs)
    // A server that says `full` is alive: that counts in the ratio, and not as one more in a row.
    if (outcome === 'success') this.#consecutive = 0
    if (outcome === 'failure') this.#consecutive += 1
    const calls = this.#window.total(CALLS, nowMs)
    const failed = this.#window.total(FAILED, nowMs)
    const slow = this.#window.total(SLOW, nowMs)
    const move = openingMove({ consecutive: this.#consecutive, calls, failed, slow }, this.#options)
    if (move !== undefined) this.#open(move, nowMs)
  }

  #giveUpLostProbes(nowMs: number): void {
    if (!this.#ramp.isStuck(nowMs)) return
    // Their passes are of a period that is over.
    this.#period += 1
    this.#follow(this.#ramp.giveUp(), nowMs)
  }

  #follow(verdict: RampVerdict, nowMs: number): void {
    if (verdict === 'failed') this.#open('probe-failed', nowMs)
    else if (verdict === 'passed') this.#close(nowMs)
    else if (verdict === 'next-stage') this.#period += 1
  }

  #open(reason: BreakerMove, nowMs: number): void {
    const { windowMs, minOpenMs, maxOpenMs } = this.#options
    if (this.#state === 'closed' && nowMs - this.#closedMs > windowMs) this.#streak = 0
    const longestMs = Math.min(maxOpenMs, 2 * minOpenMs * 2 ** this.#streak)
    const openMs = ((1 + drawFraction(this.#random)) * longestMs) / 2
    this.#streak += 1
    this.#openings += 1
    this.#openUntilMs = nowMs + openMs
    this.#move('open', reason, openMs)
  }

  #probe(): void {
    this.#ramp.restart()
    this.#move('half-open', 'probing', 0)
  }

  #close(nowMs: number): void {
    this.#window.clear()
    this.#consecutive = 0
    this.#closedMs = nowMs
    this.#pass = new BreakerPass(this, this.#period + 1, false)
    this.#move('closed', 'recovered', 0)
  }

  #move(to: BreakerState, reason: BreakerMove, openMs: number): void {
    const from = this.#state
    this.#state = to
    this.#reason = reason
    this.#period += 1
    this.#listener?.({ type: 'breaker', from, to, reason, openMs })
  }
}

/** What a closed breaker has seen. */
export interface BreakerCounts {
  readonly consecutive: number
  readonly calls: number
  readonly failed: number
  readonly slow: number
}

/** Why a closed breaker opens; `undefined` when it does not. */
export function openingMove(
  { consecutive, calls, failed, slow }: BreakerCounts,
  options: ResolvedOptions<BreakerOptions>,
): BreakerMove | undefined {
  if (consecutive >= options.maxConsecutive) return 'consecutive'
  if (calls < options.minCalls) return undefined
  if (calls - failed < calls * options.minSuccessRatio) return 'ratio'
  return slow > calls * options.maxSlowRatio ? 'slow' : undefined
}
