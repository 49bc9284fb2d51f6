export const DEGRADED_FROM = 0.7
const UNTIL = 0.5

/** Whether pressure is high, with hysteresis, so that handlers do not switch to and fro. */
export class Degradation {
  #isHigh = false

  get isHigh(): boolean {
    return this.#isHigh
  }

  /** @param level 0 to 1 */
  onSample(level: number): void {
    this.#isHigh = level >= (this.#isHigh ? UNTIL : DEGRADED_FROM)
  }
}
