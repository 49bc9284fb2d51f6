import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { type EjectionEvent, OutlierEjection } from '../../src/eject/outlier-ejection.ts'
import type { CallOutcome } from '../../src/outcome/call-outcome.ts'
import { propertySeed } from '../property-seed.ts'
import { throwsOption } from '../throws-option.ts'

const FOUR = ['a', 'b', 'c', 'd']

function create(targets: readonly string[] = FOUR) {
  const clock = new VirtualClock()
  const events: EjectionEvent<string>[] = []
  const listener = (event: EjectionEvent<string>) => events.push(event)
  const ejection = new OutlierEjection<string>({ clock, listener })
  ejection.update(targets)
  const tell = (target: string, outcome: CallOutcome, times: number) => {
    for (let count = 0; count < times; count += 1) ejection.onResult(target, outcome)
  }
  const ejected = () => targets.filter((target) => ejection.isEjected(target)).join('')
  return { clock, ejection, events, tell, ejected }
}

t.test('five failures in a row', async (t) => {
  const { tell, ejected, events } = create()
  tell('a', 'failure', 4)
  tell('a', 'success', 1)
  tell('a', 'failure', 4)
  tell('a', 'ignore', 5)
  t.equal(ejected(), '')
  tell('a', 'failure', 1)
  t.equal(ejected(), 'a')
  t.same(events, [{ type: 'ejected', target: 'a', reason: 'consecutive', forMs: 30_000 }])
})

t.test('half of fifty in ten seconds; refusals count there, and not in a row', async (t) => {
  const { tell, ejected, events } = create()
  tell('a', 'success', 24)
  tell('a', 'overload', 25)
  t.equal(ejected(), '', '25 of 49')
  tell('a', 'overload', 1)
  t.equal(ejected(), 'a', '26 of 50')
  t.match(events[0], { reason: 'ratio' })
  const other = create()
  other.tell('a', 'overload', 49)
  other.clock.advance(10_000)
  other.tell('a', 'overload', 49)
  t.equal(other.ejected(), '')
})

t.test('for 30 s, then for longer, at most five minutes', async (t) => {
  const { clock, tell, ejected, events } = create()
  tell('a', 'failure', 5)
  clock.advance(29_999)
  t.equal(ejected(), 'a')
  clock.advance(1)
  t.equal(ejected(), '')
  for (let count = 0; count < 12; count += 1) {
    tell('a', 'failure', 5)
    clock.advance(300_000)
    t.equal(ejected(), '')
    if (count < 8) continue
    // Five minutes of being well forgive ten.
    tell('a', 'failure', 5)
    clock.advance(30_000)
  }
  const lengths = events.flatMap((event) => (event.type === 'ejected' ? [event.forMs] : []))
  t.equal(lengths[0], 30_000)
  t.equal(lengths[1], 60_000)
  t.ok(lengths.every((length) => length <= 300_000))
  t.equal(events.filter(({ type }) => type === 'readmitted').length >= 10, true)
})

t.test(
  'with more than half ejected the fault is elsewhere: nobody counts as ejected',
  async (t) => {
    const { clock, ejection, tell, ejected, events } = create()
    tell('a', 'failure', 5)
    tell('b', 'failure', 5)
    t.equal(ejected(), 'ab', 'half')
    clock.advance(20_000)
    tell('c', 'failure', 5)
    t.equal(ejected(), '')
    t.same(ejection.snapshot(), { members: 4, ejected: 3, panics: true })
    clock.advance(10_000)
    t.equal(ejected(), 'c', 'the others are back')
    const told = events.map((event) =>
      event.type === 'panic' ? `panic ${event.panics}` : event.type,
    )
    t.same(told, [
      'ejected',
      'ejected',
      'ejected',
      'panic true',
      'panic false',
      'readmitted',
      'readmitted',
    ])
  },
)

t.test('begins anew when it is back, however short it was away', async (t) => {
  const clock = new VirtualClock()
  const ejection = new OutlierEjection<string>({ clock }, { baseEjectionMs: 1000 })
  ejection.update(FOUR)
  for (let count = 0; count < 50; count += 1) ejection.onResult('a', 'overload')
  t.ok(ejection.isEjected('a'))
  clock.advance(1000)
  ejection.onResult('a', 'overload')
  t.notOk(ejection.isEjected('a'))
})

t.test('a single replica is never ejected, one of two is', async (t) => {
  const single = create(['a'])
  single.tell('a', 'failure', 100)
  t.equal(single.ejected(), '')
  const pair = create(['a', 'b'])
  pair.tell('a', 'failure', 100)
  t.equal(pair.ejected(), 'a')
})

t.test('an update keeps those who stay, and forgets those who go', async (t) => {
  const { ejection, tell, ejected } = create()
  tell('a', 'failure', 5)
  tell('b', 'failure', 4)
  ejection.update(['b', 'c', 'd', 'e'])
  t.equal(ejected(), '')
  t.notOk(ejection.isEjected('a'))
  tell('b', 'failure', 1)
  t.equal(ejected(), 'b')
  ejection.update(FOUR)
  t.equal(ejected(), 'b', 'a begins anew')
  tell('unknown', 'failure', 100)
  t.equal(ejection.snapshot().ejected, 1)
})

t.test('does what a plain recount does, and never blocks everybody', async (t) => {
  const seed = propertySeed(t)
  const step = fc.record({
    byMs: fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 20_000 })),
    target: fc.constantFrom('a', 'b', 'c', 'd'),
    outcome: fc.constantFrom<CallOutcome>('success', 'failure', 'overload', 'ignore'),
    times: fc.integer({ min: 1, max: 30 }),
  })
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { clock, tell, ejected } = create()
    const model = new Map(
      FOUR.map((target) => [target, { row: 0, seen: [] as [number, boolean][], untilMs: -1 }]),
    )
    const lengths = new Map<string, { count: number; endMs: number }>()
    return steps.every(({ byMs, target, outcome, times }) => {
      clock.advance(byMs)
      const nowMs = clock.nowMs()
      const bucket = Math.floor(nowMs / 1000)
      tell(target, outcome, times)
      const state = model.get(target)
      for (
        let count = 0;
        count < times && state && outcome !== 'ignore' && nowMs >= state.untilMs;
        count += 1
      ) {
        state.seen.push([bucket, outcome === 'success'])
        if (outcome === 'success') state.row = 0
        if (outcome === 'failure') state.row += 1
        const recent = state.seen.filter(([at]) => at > bucket - 10)
        const failed = recent.filter(([, isGood]) => !isGood).length
        // A success alone ejects nobody.
        if (
          outcome === 'success' ||
          !(state.row >= 5 || (recent.length >= 50 && failed * 2 >= recent.length))
        )
          continue
        const before = lengths.get(target) ?? { count: 0, endMs: Number.NEGATIVE_INFINITY }
        const forgiven = Math.floor((nowMs - before.endMs) / 30_000)
        const nth = Math.max(0, before.count - forgiven) + 1
        state.untilMs = nowMs + Math.min(300_000, 30_000 * nth)
        lengths.set(target, { count: nth, endMs: state.untilMs })
        state.seen = []
        state.row = 0
      }
      const serving = FOUR.filter((each) => nowMs < (model.get(each)?.untilMs ?? 0))
      return ejected() === (serving.length > 2 ? '' : serving.join(''))
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 300 }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new OutlierEjection({ clock: new VirtualClock() }, options), [
    [{ maxConsecutive: 0 }, 'maxConsecutive'],
    [{ maxFailedRatio: 0 }, 'maxFailedRatio'],
    [{ minCalls: 0 }, 'minCalls'],
    [{ windowMs: 0 }, 'windowMs'],
    [{ baseEjectionMs: 0 }, 'baseEjectionMs'],
    [{ maxEjectionMs: 1 }, 'maxEjectionMs'],
    [{ maxEjectedRatio: 2 }, 'maxEjectedRatio'],
    [{ interval: 1 }, 'options'],
  ])
})
