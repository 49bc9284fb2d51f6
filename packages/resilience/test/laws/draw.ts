/** Exponentially distributed, with this mean. */
export function drawExponential(random: () => number, mean: number): number {
  return -mean * Math.log(1 - random())
}

/** The sample of that rank; sorts in place. */
export function quantileOf(samples: number[], share: number): number {
  samples.sort((a, b) => a - b)
  return samples[Math.max(0, Math.ceil(share * samples.length) - 1)] as number
}

export function medianOf(samples: readonly number[]): number {
  return quantileOf([...samples], 0.5)
}
