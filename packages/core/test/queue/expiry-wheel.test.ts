import fc from 'fast-check'
import t from 'tap'
import type { Passage } from '../../src/admission/passage.ts'
import { ExpiryWheel } from '../../src/queue/expiry-wheel.ts'
import type { Clock } from '../../src/time/clock.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'
import { createPassage } from './create-passage.ts'

const SLOT_MS = 4
const ROUND_MS = 512 * SLOT_MS
/** A waiter hears of its expiry at most a slot late by the timer, and a slot more for a timer kept armed. */
const LATE_MS = 2 * SLOT_MS

t.test('expires each waiter after its time, and at most two slots late', async (t) => {
  const wheel = setUp()
  for (const waitMs of [1, 3.99, 4, 5, 17.3, 100, 100, 1_999]) wheel.add(waitMs)
  wheel.clock.advance(3_000)
  t.equal(wheel.expired.length, 8)
  checkTimes(t, wheel)
})

t.test('waiters beyond one round wait for their own round', async (t) => {
  const wheel = setUp()
  for (const waitMs of [10, ROUND_MS + 10, 3 * ROUND_MS + 10, 60_000]) wheel.add(waitMs)
  wheel.clock.advance(ROUND_MS)
  t.equal(wheel.expired.length, 1)
  wheel.clock.advance(ROUND_MS)
  t.equal(wheel.expired.length, 2)
  wheel.clock.advance(60_000)
  t.equal(wheel.expired.length, 4)
  checkTimes(t, wheel)
  t.equal(wheel.clock.pending, 0)
})

t.test('after a long block everybody whose time was up hears, others do not', async (t) => {
  const wheel = setUp({ stalls: true })
  for (const waitMs of [1, 500, 2_000, 2_047, 5_000, 10_000]) wheel.add(waitMs)
  const survivor = wheel.add(20_000)
  wheel.blockFor(12_345)
  t.equal(wheel.expired.length, 6)
  t.equal(wheel.wheel.size, 1)
  wheel.clock.advance(20_000)
  t.equal(wheel.expired.at(-1), survivor)
})

t.test('after a block of exactly one round, and one slot around it', async (t) => {
  for (const blockMs of [ROUND_MS - SLOT_MS, ROUND_MS, ROUND_MS + SLOT_MS]) {
    const wheel = setUp({ stalls: true })
    for (let waitMs = 1; waitMs < blockMs; waitMs += 3) wheel.add(waitMs)
    const count = wheel.wheel.size
    wheel.blockFor(blockMs)
    t.equal(wheel.expired.length, count, `${blockMs} ms`)
    t.equal(wheel.wheel.size, 0)
  }
})

t.test('one that is added after an idle time is found by the same timer', async (t) => {
  const wheel = setUp()
  wheel.wheel.remove(wheel.add(50))
  t.equal(wheel.clock.pending, 1, 'the timer stays armed')
  wheel.clock.advance(40)
  wheel.add(100)
  wheel.clock.advance(20)
  t.equal(wheel.expired.length, 0)
  wheel.clock.advance(100)
  t.equal(wheel.expired.length, 1)
  checkTimes(t, wheel)
})

t.test('no timer is left once nobody waits', async (t) => {
  const wheel = setUp()
  const waiters = [wheel.add(30), wheel.add(60)]
  for (const waiter of waiters) wheel.wheel.remove(waiter)
  wheel.clock.advance(30 + LATE_MS)
  t.equal(wheel.clock.pending, 0)
})

t.test('a sooner expiry arms a sooner timer', async (t) => {
  const wheel = setUp()
  wheel.add(50_000)
  wheel.add(10)
  t.equal(wheel.clock.pending, 1)
  wheel.clock.advance(10 + LATE_MS)
  t.equal(wheel.expired.length, 1)
})

t.test('removing twice, or one that was never in, changes nothing', async (t) => {
  const wheel = setUp()
  const waiter = wheel.add(10)
  wheel.wheel.remove(waiter)
  wheel.wheel.remove(waiter)
  wheel.wheel.remove(createPassage(1))
  t.equal(wheel.wheel.size, 0)
})

t.test('a callback may remove any others, those of the same slot included', async (t) => {
  // Head of the slot is the last one added, so the first to hear removes what is next and after that.
  const wheel = setUp()
  const waiters = Array.from({ length: 6 }, () => wheel.add(10))
  const later = wheel.add(10 + ROUND_MS)
  wheel.onExpired = (passage) => {
    const index = waiters.indexOf(passage)
    if (index === 5) for (const other of [4, 3, 1]) wheel.wheel.remove(waiters[other] as Passage)
  }
  wheel.clock.advance(10 + LATE_MS)
  t.same(
    wheel.expired.map((passage) => waiters.indexOf(passage)),
    [5, 2, 0],
  )
  t.equal(wheel.wheel.size, 1)
  wheel.clock.advance(ROUND_MS)
  t.equal(wheel.expired.at(-1), later)
})

t.test('a callback may remove its neighbour in front and behind at every place', async (t) => {
  for (let victim = 0; victim < 5; victim += 1) {
    for (let killer = 0; killer < 5; killer += 1) {
      if (victim === killer) continue
      const wheel = setUp()
      const waiters = Array.from({ length: 5 }, () => wheel.add(10))
      wheel.onExpired = (passage) => {
        if (passage === waiters[killer]) wheel.wheel.remove(waiters[victim] as Passage)
      }
      wheel.clock.advance(10 + LATE_MS)
      // Who comes later in the array is nearer to the head, and so hears first.
      t.equal(wheel.expired.length, killer > victim ? 4 : 5)
      t.equal(new Set(wheel.expired).size, wheel.expired.length)
      t.equal(wheel.wheel.size, 0)
    }
  }
})

t.test('a callback may add waiters, into the slot that is being looked at too', async (t) => {
  const wheel = setUp()
  wheel.add(10)
  wheel.onExpired = () => {
    if (wheel.expired.length < 50) wheel.add(wheel.expired.length % 2 === 0 ? 0.5 : ROUND_MS)
  }
  wheel.clock.advance(60 * ROUND_MS)
  t.equal(wheel.expired.length, 50)
  checkTimes(t, wheel)
  t.equal(wheel.clock.pending, 0)
})

t.test('one added from a callback does not delay those who were there', async (t) => {
  const wheel = setUp()
  wheel.add(5)
  wheel.add(40)
  wheel.onExpired = () => {
    wheel.onExpired = () => {}
    wheel.add(5_000)
  }
  wheel.clock.advance(40 + LATE_MS)
  t.equal(wheel.expired.length, 2)
  t.equal(wheel.clock.pending, 1)
})

t.test('one whose time is up as it comes is told with the next tick', async (t) => {
  const wheel = setUp()
  wheel.clock.advance(1_000)
  wheel.add(5_000)
  wheel.add(-900)
  wheel.clock.advance(LATE_MS)
  t.equal(wheel.expired.length, 1)
})

t.test('can be stopped from a callback, and used again', async (t) => {
  const wheel = setUp()
  wheel.add(10)
  wheel.onExpired = () => wheel.wheel.stop()
  wheel.clock.advance(50)
  t.equal(wheel.clock.pending, 0)
  wheel.add(10)
  wheel.clock.advance(50)
  t.equal(wheel.expired.length, 2)
})

t.test('a timer that fires early expires nobody early', async (t) => {
  const virtual = new VirtualClock()
  // As Node's timers do: up to a millisecond too soon.
  const eager: Clock = {
    nowMs: () => virtual.nowMs(),
    schedule: (delayMs, task) => virtual.schedule(delayMs - 0.9, task),
  }
  const heardAtMs: number[] = []
  const wheel = new ExpiryWheel(eager, (passage, nowMs) => {
    wheel.remove(passage)
    heardAtMs.push(nowMs)
  })
  for (const waitMs of [10, 11.5, 100]) {
    const passage = createPassage(1)
    passage.expiresAtMs = waitMs
    wheel.add(passage, 0)
  }
  virtual.advance(200)
  t.equal(heardAtMs.length, 3)
  t.ok((heardAtMs[0] as number) >= 10 && (heardAtMs[2] as number) >= 100)
  t.equal(virtual.pending, 0)
})

t.test('any history: each expires once, in time, or was removed before', async (t) => {
  const seed = Date.now()
  t.comment(`seed ${seed}`)
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.record({ add: fc.double({ min: 0.01, max: 9_000, noNaN: true }) }) },
    { weight: 5, arbitrary: fc.record({ add: fc.double({ min: 0.01, max: 20, noNaN: true }) }) },
    { weight: 3, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 5, arbitrary: fc.record({ advance: fc.double({ min: 0, max: 40, noNaN: true }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ advance: fc.double({ min: 0, max: 9_000, noNaN: true }) }),
    },
  )
  const property = fc.property(fc.array(command, { maxLength: 80, size: 'max' }), (commands) => {
    const wheel = setUp()
    const waiting: Passage[] = []
    wheel.onExpired = (passage) => waiting.splice(waiting.indexOf(passage), 1)
    for (const it of commands) {
      if ('add' in it) waiting.push(wheel.add(it.add))
      else if ('advance' in it) wheel.clock.advance(it.advance)
      else if (waiting.length > 0) {
        const [gone] = waiting.splice(it.remove % waiting.length, 1)
        wheel.wheel.remove(gone as Passage)
      }
      if (wheel.wheel.size !== waiting.length) return false
      const nowMs = wheel.clock.nowMs()
      if (waiting.some(({ expiresAtMs }) => expiresAtMs + LATE_MS < nowMs)) return false
    }
    wheel.clock.advance(9_000 + LATE_MS)
    return wheel.wheel.size === 0 && wheel.clock.pending === 0 && isOnTime(wheel)
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 300 }))
})

interface SetUp {
  readonly clock: VirtualClock
  readonly wheel: ExpiryWheel
  readonly expired: Passage[]
  readonly heardAtMs: number[]
  onExpired: (passage: Passage) => void
  add(waitMs: number): Passage
  /** Time passes while no timer can fire, and then the overdue ones do. */
  blockFor(ms: number): void
}

function setUp({ stalls = false } = {}): SetUp {
  const clock = new VirtualClock()
  let aheadMs = 0
  const nowMs = (): number => clock.nowMs() + aheadMs
  const given: Clock = stalls
    ? { nowMs, schedule: (delayMs, task) => clock.schedule(delayMs, task) }
    : clock
  const wheel = new ExpiryWheel(given, (passage, now) => {
    wheel.remove(passage)
    it.expired.push(passage)
    it.heardAtMs.push(now)
    it.onExpired(passage)
  })
  const it: SetUp = {
    clock,
    wheel,
    expired: [],
    heardAtMs: [],
    onExpired: () => {},
    add(waitMs) {
      const passage = createPassage(1)
      passage.expiresAtMs = nowMs() + waitMs
      wheel.add(passage, nowMs())
      return passage
    },
    blockFor(ms) {
      aheadMs = ms
      clock.step()
    },
  }
  return it
}

function isOnTime({ expired, heardAtMs }: SetUp): boolean {
  return expired.every(({ expiresAtMs }, index) => {
    const lateMs = (heardAtMs[index] as number) - expiresAtMs
    return lateMs >= 0 && lateMs <= LATE_MS
  })
}

function checkTimes(t: Pick<typeof import('tap').t, 'ok'>, wheel: SetUp): void {
  t.ok(isOnTime(wheel))
}
