/** The default limit, with no options, in each of the twelve scenarios. */
import { AdaptiveLimit } from '@headgate/core'
import t from 'tap'
import { checkResult, describeResult, runScenario, TWELVE_SCENARIOS } from '../../src/index.ts'

const SEEDS = [1, 2, 3, 4, 5]

for (const scenario of TWELVE_SCENARIOS) {
  t.test(`${scenario.name}: ${scenario.about}`, async (t) => {
    for (const seed of SEEDS) {
      const result = runScenario(scenario, {
        seed,
        makeLimit: (utilization) => new AdaptiveLimit({}, { utilization }),
      })
      t.comment(`${scenario.name} seed ${seed}: ${describeResult(result)}`)
      t.strictSame(checkResult(result), [], `seed ${seed}`)
    }
  })
}

t.test('passes as well where nobody can tell it the utilisation', async (t) => {
  for (const scenario of TWELVE_SCENARIOS) {
    const result = runScenario(scenario, { seed: 6, makeLimit: () => new AdaptiveLimit() })
    t.comment(`${scenario.name} seed 6: ${describeResult(result)}`)
    t.strictSame(checkResult(result), [], scenario.name)
  }
})
