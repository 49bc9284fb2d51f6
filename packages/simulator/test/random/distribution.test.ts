import t, { type Test } from 'tap'
import {
  bimodal,
  constant,
  type Distribution,
  exponential,
  gamma,
  hyperexponential,
  lognormal,
  seededRandom,
} from '../../src/index.ts'

const DRAWS = 200_000

t.test('constant', async (t) => check(t, constant(5), { mean: 5, variation: 0 }))
t.test('exponential', async (t) => check(t, exponential(5), { mean: 5, variation: 1 }))
t.test('gamma of shape 4', async (t) => check(t, gamma(2, 4), { mean: 2, variation: 0.5 }))
t.test('lognormal', async (t) =>
  check(t, lognormal(20, 0.8), { mean: 20, variation: Math.sqrt(Math.exp(0.64) - 1) }),
)
t.test('hyperexponential', async (t) =>
  check(t, hyperexponential(10, 4), { mean: 10, variation: 2 }),
)
t.test('bimodal', async (t) => check(t, bimodal(2, 32, 0.1), { mean: 5, variation: 9 / 5 }))

/** Mean and coefficient of variation within 2 %: more than five standard errors in each case. */
function check(
  t: Test,
  distribution: Distribution,
  expected: { readonly mean: number; readonly variation: number },
): void {
  const random = seededRandom(1)
  const draws = Array.from({ length: DRAWS }, () => distribution.draw(random))
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / DRAWS
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / DRAWS
  const variation = Math.sqrt(variance) / mean
  t.ok(Math.abs(distribution.mean / expected.mean - 1) < 1e-12, `declared ${distribution.mean}`)
  t.ok(Math.abs(mean / expected.mean - 1) < 0.02, `mean ${mean}`)
  t.ok(
    Math.abs(variation - expected.variation) <= 0.02 * expected.variation + 1e-9,
    `cv ${variation}`,
  )
  t.ok(draws.every((draw) => draw > 0))
}
