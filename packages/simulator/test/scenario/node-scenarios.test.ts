/** What else a Node server meets: CPU and IO mixed, pools of other sizes, and the end of an overload. */
import { AdaptiveLimit } from '@headgate/core'
import t, { type Test } from 'tap'
import {
  checkResult,
  describeResult,
  poolScenario,
  type RunResult,
  recoveryScenario,
  runScenario,
  type Scenario,
  webScenario,
} from '../../src/index.ts'

const SEEDS = [1, 2, 3, 4, 5]

for (const scenario of [0.5, 2, 5].flatMap((factor) => [
  webScenario(factor),
  webScenario(factor, { room: true }),
])) {
  t.test(`${scenario.name}: ${scenario.about}`, async (t) => {
    for (const seed of SEEDS) check(t, scenario, seed)
  })
}

for (const connections of [4, 10, 50]) {
  const scenario = poolScenario(5, { room: true, connections })
  t.test(`${scenario.name}: finds pools of other sizes`, async (t) => {
    for (const seed of SEEDS.slice(0, 2)) check(t, scenario, seed)
  })
}

for (const scenario of [poolScenario(5), poolScenario(5, { room: true }), webScenario(5)]) {
  const recovery = recoveryScenario(scenario, 5)
  t.test(`${recovery.name}: serves everything a second after an overload`, async (t) => {
    for (const seed of SEEDS) {
      const result = check(t, recovery, seed)
      t.equal(result.good, result.offered)
    }
  })
}

function check(t: Test, scenario: Scenario, seed: number): RunResult {
  const result = runScenario(scenario, {
    seed,
    makeLimit: (utilization) => new AdaptiveLimit({}, { utilization }),
  })
  t.comment(`${scenario.name} seed ${seed}: ${describeResult(result)}`)
  t.strictSame(checkResult(result), [], `seed ${seed}`)
  return result
}
