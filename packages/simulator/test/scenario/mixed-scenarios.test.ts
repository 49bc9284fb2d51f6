/** Two routes behind one limit, whose base latencies are a hundred times apart. */
import { AdaptiveLimit, FixedLimit } from '@headgate/core'
import t from 'tap'
import { checkResult, describeResult, runScenario } from '../../src/index.ts'
import { MIXED_SCENARIOS } from '../../src/scenario/mixed-scenarios.ts'

for (const scenario of MIXED_SCENARIOS) {
  t.test(`${scenario.name}: ${scenario.about}`, async (t) => {
    for (const seed of [1, 2, 3]) {
      const result = runScenario(scenario, {
        seed,
        makeLimit: (utilization) => new AdaptiveLimit({}, { utilization }),
      })
      t.comment(`${scenario.name} seed ${seed}: ${describeResult(result)}`)
      t.strictSame(checkResult(result), [], `seed ${seed}`)
    }
  })
}

t.test('a way down that takes the throughput with it is given up at once', async (t) => {
  // No probe is due and the loop looks full: nothing else would stop it for a second.
  const again = MIXED_SCENARIOS.find(({ name }) => name.startsWith('dear, cheap, dear'))
  if (again === undefined) throw new Error('no such scenario')
  for (const seed of [1, 2, 3]) {
    const { goodPerSecond, idealPerSecond } = runScenario(again, {
      seed,
      makeLimit: (utilization) => new AdaptiveLimit({}, { utilization }),
    })
    t.ok(goodPerSecond >= 0.975 * idealPerSecond, `seed ${seed}: ${goodPerSecond}`)
  }
})

t.test('the ideal is what a limit chosen for the pool serves, in each of them', async (t) => {
  for (const scenario of MIXED_SCENARIOS) {
    const result = runScenario(scenario, { seed: 1, makeLimit: () => new FixedLimit(30) })
    const ratio = result.goodPerSecond / result.idealPerSecond
    t.ok(ratio > 0.98 && ratio < 1.02, `${scenario.name}: ${ratio}`)
  }
})

t.test('a limit that suits hello world only does not pass', async (t) => {
  for (const scenario of MIXED_SCENARIOS) {
    const result = runScenario(scenario, { seed: 1, makeLimit: () => new FixedLimit(8) })
    t.not(checkResult(result).length, 0, scenario.name)
  }
})
