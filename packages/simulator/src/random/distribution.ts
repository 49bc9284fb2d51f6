import type { Random } from './random.ts'

/** A positive random quantity: a service time or a gap, in milliseconds. */
export interface Distribution {
  readonly mean: number
  draw(random: Random): number
}

/** Always `value`. */
export function constant(value: number): Distribution {
  return { mean: value, draw: () => value }
}

/** Memoryless: coefficient of variation 1. */
export function exponential(mean: number): Distribution {
  return { mean, draw: (random) => drawExponential(random) * mean }
}

/** Sum of `shape` exponentials (an integer, at least 1): coefficient of variation 1 / sqrt(shape). */
export function gamma(mean: number, shape: number): Distribution {
  const draw = (random: Random): number => {
    let sum = 0
    for (let i = 0; i < shape; i += 1) sum += drawExponential(random)
    return (sum * mean) / shape
  }
  return { mean, draw }
}

/** Heavy-tailed: `sigma` is the standard deviation of the logarithm; `mean` is the mean itself. */
export function lognormal(mean: number, sigma: number): Distribution {
  const mu = Math.log(mean) - (sigma * sigma) / 2
  return { mean, draw: (random) => Math.exp(mu + sigma * drawNormal(random)) }
}

/**
 * One of two exponentials, each with half of all the time: burstier than one. `variationSquared` is the square
 * of the coefficient of variation, at least 1.
 */
export function hyperexponential(mean: number, variationSquared: number): Distribution {
  const quickRatio = (1 + Math.sqrt((variationSquared - 1) / (variationSquared + 1))) / 2
  const quickMean = mean / (2 * quickRatio)
  const slowMean = mean / (2 * (1 - quickRatio))
  const draw = (random: Random): number =>
    drawExponential(random) * (random() < quickRatio ? quickMean : slowMean)
  return { mean, draw }
}

/** One of two values: `dear` with the given probability, else `cheap`. */
export function bimodal(cheap: number, dear: number, dearRatio: number): Distribution {
  const mean = cheap * (1 - dearRatio) + dear * dearRatio
  return { mean, draw: (random) => (random() < dearRatio ? dear : cheap) }
}

function drawExponential(random: Random): number {
  return -Math.log(1 - random())
}

/** Box and Muller. The second number is not kept: a draw must not depend on who drew before. */
function drawNormal(random: Random): number {
  return Math.sqrt(2 * drawExponential(random)) * Math.cos(2 * Math.PI * random())
}
