import { Admission } from '../../src/admission/admission.ts'
import type { AdmissionOptions } from '../../src/admission/admission-options.ts'
import type { Rejection, RejectReason } from '../../src/admission/decision.ts'
import type { Arrival } from '../../src/admission/passage.ts'
import type { Permit } from '../../src/admission/permit.ts'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import type { Tier } from '../../src/shed/tier.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

export const LIMIT = 20
export const SERVICE_MS = 10
/** Requests per millisecond that the service can carry. */
export const CAPACITY_PER_MS: number = LIMIT / SERVICE_MS

/** A stretch of load: so many times the capacity, for so long, of these tiers. */
export interface Phase {
  readonly factor: number
  readonly forMs: number
  readonly tiers?: Readonly<Partial<Record<Tier, number>>>
}

/** What has become of one request. */
export interface Fate {
  readonly tier: Tier
  readonly arrivedMs: number
  /** Until it started or was refused; 0 for an answer at once. */
  waitedMs: number
  doneMs: number
  reason: RejectReason | undefined
}

/** A service of 20 equal places that take 10 ms each, give or take half, under an open load. */
export class SimulatedService {
  readonly clock: VirtualClock = new VirtualClock()
  readonly fates: Fate[] = []
  readonly admission: Admission
  #randomState: number

  constructor(seed: number, options: AdmissionOptions = {}) {
    this.#randomState = seed >>> 0
    const random = (): number => this.#random()
    const limit = new FixedLimit(LIMIT)
    this.admission = new Admission({ clock: this.clock, random, limit }, options)
  }

  /** Arrivals come as a Poisson process, whatever becomes of those before. */
  run(phases: readonly Phase[]): void {
    for (const { factor, forMs, tiers = { important: 1 } } of phases) {
      const endMs = this.clock.nowMs() + forMs
      for (;;) {
        const gapMs = -Math.log(1 - this.#random()) / (factor * CAPACITY_PER_MS)
        if (this.clock.nowMs() + gapMs >= endMs) break
        this.clock.advance(gapMs)
        this.#arrive(this.#draw(tiers))
      }
      this.clock.advanceTo(endMs)
    }
    // Everybody who is still in the house gets an answer.
    this.clock.advance(5_000)
  }

  #arrive(tier: Tier): void {
    const arrivedMs = this.clock.nowMs()
    const fate: Fate = { tier, arrivedMs, waitedMs: 0, doneMs: Number.NaN, reason: undefined }
    this.fates.push(fate)
    const arrival: Arrival = {
      onAdmit: (permit) => this.#serve(fate, permit),
      onReject: (rejection) => this.#refuse(fate, rejection),
    }
    const answer = this.admission.offer({ tier }, arrival)
    if (!answer.admitted) this.#refuse(fate, answer)
    else if (answer.state === 'running') this.#serve(fate, answer)
  }

  #serve(fate: Fate, permit: Permit): void {
    fate.waitedMs = this.clock.nowMs() - fate.arrivedMs
    this.clock.schedule(SERVICE_MS * (0.5 + this.#random()), () => {
      fate.doneMs = this.clock.nowMs()
      permit.release()
    })
  }

  #refuse(fate: Fate, { reason }: Rejection): void {
    fate.reason = reason
    fate.waitedMs = this.clock.nowMs() - fate.arrivedMs
  }

  #draw(tiers: Readonly<Partial<Record<Tier, number>>>): Tier {
    let left = this.#random()
    for (const [tier, share] of Object.entries(tiers)) {
      left -= share
      if (left < 0) return tier as Tier
    }
    return 'important'
  }

  /** A linear congruential generator: plenty for arrivals, and the same everywhere. */
  #random(): number {
    this.#randomState = (Math.imul(this.#randomState, 1_664_525) + 1_013_904_223) >>> 0
    return this.#randomState / 2 ** 32
  }
}

export function percentile(values: readonly number[], ratio: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * ratio))] ?? 0
}
