const MEMORY_MS = 2000
/** At a few calls a second no single slow one may weigh more than this. */
const MOST_WEIGHT = 0.1

/** The mean latency of the last two seconds, or of the last ten or so calls if that is longer. O(1). */
export class LatencyAverage {
  #samples = 0
  #meanMs = 0
  #heardMs = 0

  get samples(): number {
    return this.#samples
  }

  /** Milliseconds; 0 before the first sample. */
  get meanMs(): number {
    return this.#meanMs
  }

  add(latencyMs: number, nowMs: number): void {
    this.#samples += 1
    const byTime = 1 - Math.exp((this.#heardMs - nowMs) / MEMORY_MS)
    // The first ones count alike; later each counts by the time since the one before.
    const weight = Math.max(Math.min(MOST_WEIGHT, Math.max(0, byTime)), firstWeight(this.#samples))
    this.#meanMs += weight * (latencyMs - this.#meanMs)
    this.#heardMs = nowMs
  }

  clear(): void {
    this.#samples = 0
    this.#meanMs = 0
  }
}

function firstWeight(samples: number): number {
  return samples <= 1 / MOST_WEIGHT ? 1 / samples : 0
}
