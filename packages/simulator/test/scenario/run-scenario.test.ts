import { AdaptiveLimit, FixedLimit } from '@headgate/core'
import t from 'tap'
import {
  checkResult,
  constant,
  describeResult,
  type RunResult,
  runScenario,
  type Scenario,
  Station,
  steadyLoad,
} from '../../src/index.ts'

const SCENARIO: Scenario = {
  name: 'small',
  about: 'one server of 10 ms at 2 times its capacity',
  ...steadyLoad({ endSeconds: 10, perSecond: 200, capacityPerSecond: 100 }),
  build: (clock) => {
    const loop = new Station(clock, 1)
    return { steps: [{ stage: loop, work: constant(10) }], loop }
  },
}

t.test('the same seed gives the same run, another seed another one', async (t) => {
  const makeLimit = (utilization: () => number): AdaptiveLimit =>
    new AdaptiveLimit({}, { utilization })
  const traces = [1, 1, 2].map((seed) => {
    const trace: unknown[] = []
    const onSecond = (nowMs: number, limit: { snapshot(): unknown }): void =>
      void trace.push(nowMs, limit.snapshot())
    return JSON.stringify([runScenario(SCENARIO, { seed, makeLimit, onSecond }), trace])
  })
  t.equal(traces[0], traces[1])
  t.not(traces[0], traces[2])
})

t.test('knows what an ideal limit would have made of what arrived', async (t) => {
  const result = runScenario(SCENARIO, { seed: 1, makeLimit: () => new FixedLimit(5) })
  t.equal(result.idealPerSecond, 100)
  t.equal(result.idealRejectedRatio, 1 - 1000 / result.offered)
  t.equal(result.good + result.refused, result.offered)
  t.ok(result.goodPerSecond > 97 && result.goodPerSecond <= 101, `${result.goodPerSecond}`)
  t.strictSame(checkResult(result), [])
})

t.test('the checker finds each of the three shortfalls', async (t) => {
  const ideal: RunResult = {
    ...{ offered: 200, refused: 100, expired: 0, good: 100, late: 0 },
    ...{ p50Ms: 1, p99Ms: 1, servedP99Ms: 1, finalLimit: 5 },
    ...{ goodPerSecond: 100, idealPerSecond: 100, rejectedRatio: 0.5, idealRejectedRatio: 0.5 },
  }
  t.strictSame(checkResult(ideal), [])
  t.match(checkResult({ ...ideal, goodPerSecond: 94 }), ['goodput 94 of 100 per second'])
  t.match(checkResult({ ...ideal, rejectedRatio: 0.56 }), ['rejected 0.56, ideally 0.5'])
  t.match(checkResult({ ...ideal, late: 1 }), ['1 late'])
  t.match(
    describeResult(ideal),
    /goodput 100.0\/s of 100.0\/s, rejected 50.0 % \(ideal 50.0 %\), late 0/,
  )
})

t.test('no limit at all fails an overload, so passing means something', async (t) => {
  const result = runScenario(SCENARIO, { seed: 1, makeLimit: () => new FixedLimit(1e6) })
  t.not(checkResult(result).length, 0)
  t.ok(result.late > 500, `${result.late} late`)
})
