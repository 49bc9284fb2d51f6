import type { Random } from './random.ts'

/**
 * A small, fast random source that gives the same numbers for the same seed on every machine.
 *
 * Source: O'Neill, "PCG: a family of simple fast space-efficient statistically good algorithms for random
 * number generation" (2014): a 32-bit linear congruential step, its output permuted (RXS-M-XS), and two of
 * them for 53 bits. The period of 2^32 per stream is far above what a run here draws.
 */
export function seededRandom(seed: number): Random {
  let high = mix(seed >>> 0)
  let low = mix(high ^ 0x9e3779b9)
  return () => {
    // Two streams with different odd increments, so that the halves of one number are independent.
    high = (Math.imul(high, 747796405) + 2891336453) >>> 0
    low = (Math.imul(low, 747796405) + 1442695041) >>> 0
    return ((permute(high) >>> 5) * 0x4000000 + (permute(low) >>> 6)) / 0x20000000000000
  }
}

/** A source of its own for each named part of a run, so that one part drawing more does not move another. */
export function splitRandom(seed: number, part: string): Random {
  let hash = seed >>> 0
  for (let i = 0; i < part.length; i += 1) hash = mix(hash ^ part.charCodeAt(i))
  return seededRandom(hash)
}

function permute(state: number): number {
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737)
  return ((word >>> 22) ^ word) >>> 0
}

function mix(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
