import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { Delay, Station } from '../../src/index.ts'

t.test('serves first come, first served, as many at a time as it has servers', async (t) => {
  const clock = new VirtualClock()
  const station = new Station(clock, 2)
  const done: string[] = []
  for (const [name, ms] of [
    ['a', 30],
    ['b', 10],
    ['c', 10],
    ['d', 5],
  ] as const) {
    station.serve(ms, () => done.push(`${name}@${clock.nowMs()}`))
  }
  t.equal(station.queued, 2)
  clock.advance(100)
  t.strictSame(done, ['b@10', 'c@20', 'd@25', 'a@30'])
  t.equal(station.queued, 0)
})

t.test(
  'lets those who wait in when it grows, and finishes what it does when it shrinks',
  async (t) => {
    const clock = new VirtualClock()
    const station = new Station(clock, 1)
    const done: number[] = []
    for (let i = 0; i < 4; i += 1) station.serve(10, () => done.push(clock.nowMs()))
    station.resize(3)
    t.equal(station.queued, 1)
    station.resize(1)
    clock.advance(100)
    // Three end together at 10; only then, down to one server, the last one starts.
    t.strictSame(done, [10, 10, 10, 20])
  },
)

t.test('reads its utilisation since the last reading', async (t) => {
  const clock = new VirtualClock()
  const station = new Station(clock, 2)
  station.serve(50, () => {})
  clock.advance(100)
  t.equal(station.readUtilization(), 0.25)
  clock.advance(100)
  t.equal(station.readUtilization(), 0)
  t.equal(station.readUtilization(), 0, 'no time has passed')
})

t.test('slows down from the next job on', async (t) => {
  const clock = new VirtualClock()
  const station = new Station(clock, 1)
  const delay = new Delay(clock)
  const done: number[] = []
  station.slow(3)
  delay.slow(2)
  station.serve(10, () => done.push(clock.nowMs()))
  delay.serve(10, () => done.push(clock.nowMs()))
  delay.serve(10, () => done.push(clock.nowMs()))
  clock.advance(100)
  t.strictSame(done, [20, 20, 30])
})

t.test('keeps the order over a queue of ten thousand', async (t) => {
  const clock = new VirtualClock()
  const station = new Station(clock, 1)
  const done: number[] = []
  for (let i = 0; i < 10_000; i += 1) station.serve(1, () => done.push(i))
  clock.advance(20_000)
  t.strictSame(
    done,
    Array.from({ length: 10_000 }, (_, i) => i),
  )
})
