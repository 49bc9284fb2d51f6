import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { LatencyProbation, type ProbationEvent } from '../../src/eject/latency-probation.ts'
import { propertySeed } from '../property-seed.ts'
import { throwsOption } from '../throws-option.ts'

const FOUR = ['a', 'b', 'c', 'd']

function create(targets: readonly string[] = FOUR) {
  const clock = new VirtualClock()
  const events: ProbationEvent<string>[] = []
  const listener = (event: ProbationEvent<string>) => events.push(event)
  const probation = new LatencyProbation<string>({ clock, listener })
  probation.update(targets)
  /** So many seconds of twenty calls each to every target; latencies in the order of the targets. */
  const run = (seconds: number, latencies: readonly number[]) => {
    for (let count = 0; count < seconds * 20; count += 1) {
      clock.advance(50)
      targets.forEach((target, index) => {
        if (!probation.mayTake(target, 0)) return
        probation.onResult(target, 'success', latencies[index] as number)
      })
    }
  }
  const found = () => targets.filter((target) => probation.isOnProbation(target)).join('')
  return { clock, probation, events, run, found }
}

t.test('more than five times the median of the peers', async (t) => {
  const { run, found, events } = create()
  run(5, [10, 10, 10, 50])
  t.equal(found(), '')
  run(5, [10, 10, 10, 60])
  t.equal(found(), 'd')
  t.match(events[0], { type: 'probation', target: 'd', forMs: 5000 })
})

t.test('one call at a time then', async (t) => {
  const { probation, run } = create()
  run(5, [10, 10, 10, 100])
  t.ok(probation.mayTake('d', 0))
  t.notOk(probation.mayTake('d', 1))
  t.ok(probation.mayTake('a', 100))
})

t.test('for longer each time while its probes are slow, and free when they are not', async (t) => {
  const { run, found, events } = create()
  run(60, [10, 10, 10, 100])
  const lengths = events.flatMap((event) => (event.type === 'probation' ? [event.forMs] : []))
  t.same(lengths.slice(0, 4), [5000, 10_000, 15_000, 20_000])
  run(60, [10, 10, 10, 10])
  t.equal(found(), '')
  t.equal(events.at(-1)?.type, 'released')
})

t.test('free when nobody probed it: it is in doubt', async (t) => {
  const { clock, probation, found } = create()
  const seen: string[] = []
  for (let count = 0; count < 140; count += 1) {
    for (const target of ['a', 'b', 'c']) probation.onResult(target, 'success', 10)
    if (count < 15) probation.onResult('d', 'success', 100)
    clock.advance(50)
    seen.push(found())
  }
  t.equal(seen.indexOf('d'), 20, 'found after a second')
  t.equal(seen.lastIndexOf('d'), 119, 'and free five seconds later')
})

t.test(
  'nobody is judged among too few, or by too little, and one stall is no slowness',
  async (t) => {
    const three = create(['a', 'b', 'c'])
    three.run(5, [10, 10, 1000])
    t.equal(three.found(), '')
    const { clock, probation, found } = create()
    for (let second = 0; second < 30; second += 1) {
      clock.advance(1000)
      for (const target of FOUR)
        probation.onResult(target, 'success', target === 'd' && second === 20 ? 300 : 10)
    }
    t.equal(found(), '', 'at a call a second, one of thirty times the usual')
  },
)

t.test('no more than half, and none where all are slow', async (t) => {
  const six = create(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
  six.run(10, [10, 10, 10, 10, 10, 100, 100, 100, 100])
  t.equal(six.found(), 'fghi')
  const all = create()
  all.run(10, [1000, 1000, 1000, 1000])
  t.equal(all.found(), '')
})

t.test('failures count when they took longer than is usual, others do not', async (t) => {
  const { clock, probation, found } = create()
  const run = (latencyMs: number) => {
    for (let count = 0; count < 200; count += 1) {
      clock.advance(50)
      for (const target of ['a', 'b', 'c']) probation.onResult(target, 'success', 10)
      probation.onResult('d', 'failure', latencyMs)
      probation.onResult('d', 'ignore', 1e6)
      probation.onResult('d', 'success', -1)
      probation.onResult('unknown', 'success', 1e6)
    }
  }
  run(10)
  t.equal(found(), '')
  run(1000)
  t.equal(found(), 'd')
})

t.test('fast failures do not make a slow replica look fast', async (t) => {
  const { clock, probation, found } = create()
  for (let count = 0; count < 40; count += 1) {
    clock.advance(50)
    for (const target of ['a', 'b', 'c']) probation.onResult(target, 'success', 10)
    probation.onResult('d', 'success', 60)
    probation.onResult('d', 'failure', 1)
  }
  t.equal(found(), 'd')
})

t.test('no more than half, even one after the other', async (t) => {
  const { run, found } = create(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  run(3, [10, 10, 10, 10, 10, 100, 100, 100])
  t.equal(found(), 'fgh')
  run(8, [10, 10, 10, 100, 100, 100, 100, 100])
  t.equal(found().length, 4, found())
})

t.test('an update keeps those who stay', async (t) => {
  const { probation, run, found } = create()
  run(5, [10, 10, 10, 100])
  probation.update(['d', 'e'])
  t.equal(found(), 'd')
  probation.update(['e'])
  t.equal(found(), '')
})

t.test('those found slow are those that a sort of all others finds', async (t) => {
  const seed = propertySeed(t)
  const latency = fc.integer({ min: 1, max: 100 })
  const property = fc.property(fc.array(latency, { minLength: 4, maxLength: 9 }), (latencies) => {
    const targets = latencies.map((_, index) => `${index}`)
    const { clock, probation, found } = create(targets)
    for (let count = 0; count < 20; count += 1) {
      targets.forEach((target, index) => {
        probation.onResult(target, 'success', latencies[index] as number)
      })
    }
    clock.advance(1000)
    probation.mayTake('0', 0)
    const slow = targets.filter((_, index) => {
      const others = latencies.filter((_, other) => other !== index).sort((a, b) => a - b)
      return (latencies[index] as number) > 5 * (others[Math.floor(others.length / 2)] as number)
    })
    const most = Math.floor(targets.length / 2)
    return found() === slow.slice(0, most).join('')
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1000 }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new LatencyProbation({ clock: new VirtualClock() }, options), [
    [{ slownessRatio: 1 }, 'slownessRatio'],
    [{ minPeers: 0 }, 'minPeers'],
    [{ minSamples: 0 }, 'minSamples'],
    [{ baseProbationMs: 0 }, 'baseProbationMs'],
    [{ maxProbationMs: 1 }, 'maxProbationMs'],
    [{ maxProbationRatio: -1 }, 'maxProbationRatio'],
    [{ ratio: 5 }, 'options'],
  ])
})
