/** How many probes each stage lets through: one that everything hangs on, then a few, then a sample. */
const STAGES = [1, 3, 10] as const

/** Whether the server may be trusted again: not known yet, one stage further, yes, no. */
export type RampVerdict = 'wait' | 'next-stage' | 'passed' | 'failed'

/**
 * The way back from open to closed: stages of 1, 3 and 10 probes, each judged by the share of successes
 * that keeps the breaker closed. O(1).
 */
export class ProbeRamp {
  readonly #minSuccessRatio: number
  readonly #maxProbeMs: number
  #stage = 0
  #started = 0
  #ended = 0
  #failed = 0
  #lastStartMs = 0

  constructor(minSuccessRatio: number, maxProbeMs: number) {
    this.#minSuccessRatio = minSuccessRatio
    this.#maxProbeMs = maxProbeMs
  }

  /** Probes that have not ended. */
  get inFlight(): number {
    return this.#started - this.#ended
  }

  restart(): void {
    this.#enter(0)
  }

  tryStart(nowMs: number): boolean {
    if (this.#started >= this.#size) return false
    this.#started += 1
    this.#lastStartMs = nowMs
    return true
  }

  /** A probe said nothing: another one may take its place. */
  onIgnored(): void {
    this.#started -= 1
  }

  onEnd(isSuccess: boolean): RampVerdict {
    this.#ended += 1
    if (!isSuccess) this.#failed += 1
    return this.#judge()
  }

  /** Whether probes have not been heard of for so long that nothing else would ever end the stage. */
  isStuck(nowMs: number): boolean {
    return this.inFlight > 0 && nowMs - this.#lastStartMs >= this.#maxProbeMs
  }

  /** Probes in flight have failed. Whatever they say later must not be told. */
  giveUp(): RampVerdict {
    this.#failed += this.inFlight
    this.#ended = this.#started
    return this.#judge()
  }

  get #size(): number {
    return STAGES[this.#stage] as number
  }

  #judge(): RampVerdict {
    const size = this.#size
    // A single success does not outweigh a single failure, however low the ratio.
    const mostFailed = size === 1 ? 0 : size * (1 - this.#minSuccessRatio)
    if (this.#failed > mostFailed) return 'failed'
    if (this.#ended < size) return 'wait'
    if (this.#stage === STAGES.length - 1) return 'passed'
    this.#enter(this.#stage + 1)
    return 'next-stage'
  }

  #enter(stage: number): void {
    this.#stage = stage
    this.#started = 0
    this.#ended = 0
    this.#failed = 0
  }
}
