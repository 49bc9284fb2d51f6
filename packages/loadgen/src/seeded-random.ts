/** Numbers in [0, 1), the same for the same seed on every machine: Marsaglia's xorshift128 (2003). */
export class SeededRandom {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: number) {
    // Neighbouring seeds differ in a few bits only, and the generator would take many draws to part them.
    this.#a = scramble(seed)
    this.#b = scramble(this.#a + 1)
    this.#c = scramble(this.#b + 1)
    this.#d = scramble(this.#c + 1) | 1
  }

  next(): number {
    // 21 high bits and 32 low ones make the 53 of a double.
    const high = this.#nextBits() >>> 11
    return (high * 2 ** 32 + this.#nextBits()) / 2 ** 53
  }

  /** A wait between two arrivals of a Poisson process: exponential, with this mean. */
  nextExponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean
  }

  #nextBits(): number {
    const mixed = this.#a ^ (this.#a << 11)
    this.#a = this.#b
    this.#b = this.#c
    this.#c = this.#d
    this.#d = this.#d ^ (this.#d >>> 19) ^ mixed ^ (mixed >>> 8)
    return this.#d >>> 0
  }
}

function scramble(value: number): number {
  let bits = Math.trunc(value) | 0
  for (let round = 0; round < 3; round++) {
    bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d) + 0x297a2d39
  }
  return bits | 0
}
