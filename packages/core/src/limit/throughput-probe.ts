import type { WindowReport } from './adaptive-window.ts'
import { PressedSpell } from './pressed-spell.ts'

/**
 * `need`: fewer in flight served fewer. `queue`: fewer served nearly as many, some had only waited.
 * `all-queue`: half of them served as many, so there may be more to find further down.
 */
export type ProbeVerdict = 'need' | 'queue' | 'all-queue' | 'unclear'

/** Below this difference in flight (natural logarithm of the ratio: about 14 %) nothing can be told. */
const LEAST_CONTRAST = 0.15
/** How long to wait for the next probe, in lengths of the last one, at least and at most. */
const LEAST_WAIT: Readonly<Record<ProbeVerdict, number>> = {
  queue: 2,
  'all-queue': 2,
  unclear: 4,
  need: 50,
}
const LONGEST_WAIT = 400
/** Throughput that falls by less than this part of what the limit fell by did not fall. */
const SAME_THROUGHPUT_RATIO = 0.25
/** A base that came down to this part of what it was may not have reached the ground yet. */
const BASE_FELL_RATIO = 0.9

/**
 * An experiment that tells a queue from slow work, which look the same to a latency: one window under the
 * limit as it is, one under half of it. If the throughput stays and the latency falls, requests were waiting
 * for one another; if the latency stays and the throughput falls, they were being worked on.
 *
 * It goes down, not up: when in doubt about a queue, making it longer is the wrong question.
 */
export class ThroughputProbe {
  #phase: 'none' | 'reference' | 'halved' = 'none'
  #reference: WindowReport | undefined
  #startNs = 0
  #dueNs = Number.NEGATIVE_INFINITY
  #wait = 0
  #limit = 0

  get phase(): 'none' | 'reference' | 'halved' {
    return this.#phase
  }

  /** The limit that is on trial, to go back to. */
  get limit(): number {
    return this.#limit
  }

  isDue(nowNs: number): boolean {
    return nowNs >= this.#dueNs
  }

  /** Something has changed: the next probe need not wait. */
  hasten(): void {
    this.#dueNs = Number.NEGATIVE_INFINITY
    this.#wait = 0
  }

  start(nowNs: number): void {
    this.#phase = 'reference'
    this.#startNs = nowNs
  }

  /** The first half of the experiment is done: `reference` is what `limit` served. */
  halve(reference: WindowReport, limit: number): void {
    this.#phase = 'halved'
    this.#reference = reference
    this.#limit = limit
  }

  abandon(): void {
    this.#phase = 'none'
    this.#reference = undefined
  }

  /** Ends the experiment. */
  judge(halved: WindowReport): ProbeVerdict {
    const reference = this.#reference
    this.abandon()
    return reference === undefined ? 'unclear' : judgeProbe(reference, halved)
  }

  /**
   * Sets when to ask again. Looking at a queue costs no throughput, so as long as the base falls the next
   * probe follows soon; halving what is needed does, so that is kept rare enough to cost under one per cent.
   */
  schedule(nowNs: number, verdict: ProbeVerdict, baseRatio: number): void {
    const least = LEAST_WAIT[verdict]
    const fell = baseRatio < BASE_FELL_RATIO
    this.#wait = fell ? least : Math.min(LONGEST_WAIT, Math.max(least, this.#wait * 2))
    this.#dueNs = nowNs + (nowNs - this.#startNs) * this.#wait
  }
}

/**
 * Little's law: in flight = throughput x latency. When the first falls, the other side shares the fall: all of
 * it latency where there was a queue, all of it throughput where there was none. The larger part decides.
 */
export function judgeProbe(reference: WindowReport, halved: WindowReport): ProbeVerdict {
  // With permits to spare, what was served says nothing about the limit.
  const pressed = PressedSpell.isPressed(reference) && PressedSpell.isPressed(halved)
  if (!pressed || halved.succeeded === 0 || reference.succeeded === 0) return 'unclear'
  const fewer = Math.log(reference.meanInFlight / halved.meanInFlight)
  if (fewer < LEAST_CONTRAST) return 'unclear'
  const faster = Math.log(reference.latencyNs / halved.latencyNs)
  const less = Math.log(
    reference.succeeded / reference.elapsedNs / (halved.succeeded / halved.elapsedNs),
  )
  if (less > faster) return 'need'
  return less < SAME_THROUGHPUT_RATIO * fewer ? 'all-queue' : 'queue'
}
