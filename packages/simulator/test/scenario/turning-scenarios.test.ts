/** Where what the limit has learnt becomes wrong. It may take a moment, but must find its way back. */
import { AdaptiveLimit } from '@headgate/core'
import t from 'tap'
import { describeResult, runScenario, TURNING_SCENARIOS } from '../../src/index.ts'

for (const scenario of TURNING_SCENARIOS) {
  t.test(`${scenario.name}: ${scenario.about}`, async (t) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const result = runScenario(scenario, {
        seed,
        makeLimit: (utilization) => new AdaptiveLimit({}, { utilization }),
      })
      t.comment(`${scenario.name} seed ${seed}: ${describeResult(result)}`)
      t.ok(result.goodPerSecond >= 0.93 * result.idealPerSecond, `seed ${seed}: goodput`)
      t.ok(result.late <= 0.01 * result.offered, `seed ${seed}: ${result.late} late`)
    }
  })
}
