import { checkFunction, checkKnownOptions } from '../option/check-option.ts'
import type { Sample } from './sample.ts'

/** What a limit that draws lots is given. */
export interface LimitRandom {
  /**
   * From 0, below 1, as `Math.random`. Without it the numbers come from the digits of the sample at hand:
   * the same history gives the same limit, and two processes, whose clocks differ, do not probe in step.
   */
  readonly random?: (() => number) | undefined
}

/** @throws {InvalidOptionError} when `random` is no function. */
export function resolveRandom(dependencies: LimitRandom): (sample: Sample) => number {
  checkKnownOptions('dependencies', dependencies, ['random'])
  const { random } = dependencies
  if (random === undefined) return sampleNoise
  checkFunction('random', random)
  return () => {
    const drawn = random()
    // Out of range it would move the next probe into the past, or out of reach.
    return drawn >= 0 && drawn < 1 ? drawn : 0
  }
}

/** A number from 0, below 1, out of the sample's own digits (32-bit finaliser of the xor-shift-multiply kind). */
export function sampleNoise({ startNs, latencyNs }: Sample): number {
  let bits = (startNs + latencyNs) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x45d9f3b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}
