import fc from 'fast-check'
import t from 'tap'
import { CALENDAR_SPAN, Calendar } from '../../src/fairness/calendar.ts'
import type { Flow } from '../../src/fairness/flow.ts'
import { createFlow } from './create-flow.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('finds nobody in an empty one', async (t) => {
  const calendar = new Calendar()
  t.equal(calendar.first(), undefined)
  t.equal(calendar.size, 0)
})

t.test('finds the earliest, and takes turns within a bucket', async (t) => {
  const calendar = new Calendar()
  const [late, a, b, early] = [700.5, 40.9, 40.1, 3].map((start) => at(start))
  for (const flow of [late, a, b, early] as Flow[]) calendar.add(flow)
  for (const expected of [early, a, b, late]) {
    const first = calendar.first() as Flow
    t.ok(first === expected)
    calendar.remove(first)
  }
  t.equal(calendar.first(), undefined)
})

t.test('one may come first in its bucket', async (t) => {
  const calendar = new Calendar()
  const [a, b] = [at(5), at(5)]
  calendar.add(a)
  calendar.add(b, true)
  t.ok(calendar.first() === b)
  calendar.remove(b)
  t.ok(calendar.first() === a)
})

t.test('keeps no order beyond its span, and never goes back', async (t) => {
  const calendar = new Calendar()
  const [now, far, farther] = [at(10), at(10 + CALENDAR_SPAN + 5), at(1e9)]
  calendar.advance(10)
  for (const flow of [now, farther, far]) calendar.add(flow)
  t.equal(farther.bucket, 10 + CALENDAR_SPAN)
  t.equal(far.bucket, 10 + CALENDAR_SPAN)
  calendar.remove(now)
  t.ok(calendar.first() === farther)
  calendar.advance(1e6)
  t.equal(calendar.baseStart, 10 + CALENDAR_SPAN)
  const early = at(2)
  calendar.add(early)
  t.equal(
    early.bucket,
    10 + CALENDAR_SPAN,
    'whoever comes late is among the first, not before them',
  )
})

t.test('agrees with a scan, whoever comes, goes and moves', async (t) => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'add', 'remove', 'serve', 'serve', 'first'),
    which: fc.nat(),
    by: fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.nat({ max: 2_000 })),
  })
  const property = fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
    const calendar = new Calendar()
    let inside: Flow[] = []
    let base = 0
    for (const { kind, which, by } of steps) {
      const flow = inside[which % Math.max(1, inside.length)]
      if (kind === 'add') {
        const added = at(base + by)
        calendar.add(added)
        inside.push(added)
      } else if (flow !== undefined && kind === 'remove') {
        calendar.remove(flow)
        inside = inside.filter((it) => it !== flow)
      } else {
        const first = calendar.first()
        const least = Math.min(...inside.map(({ bucket }) => bucket))
        if (first?.bucket !== (inside.length === 0 ? undefined : least)) return false
        if (first !== undefined) calendar.advance(first.start)
        if (calendar.baseStart < base) return false
        base = calendar.baseStart
        if (kind === 'serve' && first !== undefined) {
          first.start += by
          calendar.move(first)
        }
      }
      if (calendar.size !== inside.length) return false
      const isWithin = ({ bucket }: Flow) => bucket >= base && bucket <= base + 2 * CALENDAR_SPAN
      if (!inside.every(isWithin)) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

function at(start: number): Flow {
  const flow = createFlow()
  flow.start = start
  return flow
}
