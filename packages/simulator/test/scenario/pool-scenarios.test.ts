/** A saturated pool, from a cold start, with and without a waiting room in front. */
import { AdaptiveLimit } from '@headgate/core'
import t, { type Test } from 'tap'
import {
  checkResult,
  describeResult,
  poolScenario,
  type RunResult,
  runScenario,
  type Scenario,
} from '../../src/index.ts'

const SEEDS = [1, 2, 3, 4, 5]

for (const room of [false, true]) {
  for (const factor of [2, 5, 10]) {
    const scenario = poolScenario(factor, { room })
    t.test(`${scenario.name}: the smallest limit that keeps the pool full`, async (t) => {
      for (const seed of SEEDS) {
        const result = check(t, scenario, seed)
        // Stricter than against the best fixed limit, which does not reach the ideal itself.
        t.ok(result.goodPerSecond >= 0.98 * result.idealPerSecond, `${result.goodPerSecond}`)
        t.ok(result.servedP99Ms < 80, `p99 from permit to answer ${result.servedP99Ms} ms`)
      }
    })
  }
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
