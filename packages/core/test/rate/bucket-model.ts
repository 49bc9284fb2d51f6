/** A token bucket in exact arithmetic: whole microseconds, and tokens as fractions of big integers. */
export class BucketModel {
  readonly #perSecond: readonly [bigint, bigint]
  readonly #burst: bigint
  readonly #maxWaitUs: bigint
  /** Tokens times the denominator times a million. */
  #held: bigint
  #atUs = 0n

  constructor([numerator, denominator]: readonly [number, number], burst: number, maxWaitMs = 0) {
    this.#perSecond = [BigInt(numerator), BigInt(denominator)]
    this.#burst = BigInt(burst)
    this.#maxWaitUs = BigInt(Math.floor(maxWaitMs * 1_000))
    this.#held = this.#units(this.#burst)
  }

  get isFull(): boolean {
    return this.#held === this.#units(this.#burst)
  }

  moveTo(us: number): void {
    const elapsed = BigInt(us) - this.#atUs
    if (elapsed <= 0n) return
    this.#atUs = BigInt(us)
    const refilled = this.#held + elapsed * this.#perSecond[0]
    this.#held = min(refilled, this.#units(this.#burst))
  }

  /** Microseconds until `cost` tokens are there; undefined for never. */
  waitUs(cost: number): bigint | undefined {
    if (BigInt(cost) > this.#burst) return undefined
    const missing = this.#units(BigInt(cost)) - this.#held
    if (missing <= 0n) return 0n
    const perUs = this.#perSecond[0]
    return (missing + perUs - 1n) / perUs
  }

  /** Takes now and returns 0, or takes nothing and returns the milliseconds until it could. */
  tryTake(cost: number): number {
    const waitUs = this.waitUs(cost)
    if (waitUs === 0n) this.#held -= this.#units(BigInt(cost))
    return waitUs === undefined ? Number.POSITIVE_INFINITY : Number(waitUs) / 1_000
  }

  reserve(cost: number): number | undefined {
    const waitUs = this.waitUs(cost)
    if (waitUs === undefined || waitUs > this.#maxWaitUs) return undefined
    this.#held -= this.#units(BigInt(cost))
    return Number(waitUs) / 1_000
  }

  giveBack(cost: number): void {
    this.#held = min(this.#held + this.#units(BigInt(cost)), this.#units(this.#burst))
  }

  #units(tokens: bigint): bigint {
    return tokens * this.#perSecond[1] * 1_000_000n
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
