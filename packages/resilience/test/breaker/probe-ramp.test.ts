import t from 'tap'
import { ProbeRamp } from '../../src/breaker/probe-ramp.ts'

/** Starts as many as it lets through, and ends them as told; the last verdict. */
function stage(ramp: ProbeRamp, results: readonly boolean[]): string {
  for (const _ of results) if (!ramp.tryStart(0)) return 'refused'
  return results.map((result) => ramp.onEnd(result)).at(-1) ?? 'nothing'
}

function repeat(count: number, result: boolean): boolean[] {
  return Array.from({ length: count }, () => result)
}

t.test('one, then three, then ten', async (t) => {
  const ramp = new ProbeRamp(0.5, 1000)
  t.equal(stage(ramp, [true, true]), 'refused')
  ramp.restart()
  t.equal(stage(ramp, [true]), 'next-stage')
  t.equal(stage(ramp, [true, true, true]), 'next-stage')
  t.equal(stage(ramp, repeat(10, true)), 'passed')
})

t.test('each stage is judged by the ratio, the first by its only probe', async (t) => {
  const ramp = new ProbeRamp(0.5, 1000)
  t.equal(stage(ramp, [false]), 'failed')
  ramp.restart()
  stage(ramp, [true])
  t.equal(stage(ramp, [true, false, true]), 'next-stage', 'one of three may fail')
  t.equal(stage(ramp, [...repeat(5, false), ...repeat(5, true)]), 'passed', 'half of ten may')
  ramp.restart()
  stage(ramp, [true])
  t.equal(stage(ramp, [false, false]), 'failed', 'known before the third has ended')
  const strict = new ProbeRamp(1, 1000)
  stage(strict, [true])
  t.equal(stage(strict, [false]), 'failed')
  t.equal(stage(new ProbeRamp(0, 1000), [false]), 'failed', 'even where no share is asked for')
})

t.test('a probe that said nothing gives its place back', async (t) => {
  const ramp = new ProbeRamp(0.5, 1000)
  t.ok(ramp.tryStart(0))
  t.notOk(ramp.tryStart(0))
  ramp.onIgnored()
  t.equal(ramp.inFlight, 0)
  t.ok(ramp.tryStart(0))
})

t.test('probes that nobody hears of have failed', async (t) => {
  const ramp = new ProbeRamp(0.5, 1000)
  t.notOk(ramp.isStuck(1e9), 'none in flight')
  ramp.tryStart(5)
  t.notOk(ramp.isStuck(1004))
  t.ok(ramp.isStuck(1005))
  t.equal(ramp.giveUp(), 'failed')
})
