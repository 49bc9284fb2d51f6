import t from 'tap'
import type { Passage } from '../../src/admission/passage.ts'
import { FairShare } from '../../src/fairness/fair-share.ts'
import { WaitingRoom } from '../../src/queue/waiting-room.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'
import { createPassage } from './create-passage.ts'

t.test('an empty room has no first and no last line', async (t) => {
  const { room } = setUp()
  t.equal(room.first(), undefined)
  t.equal(room.last(), undefined)
  t.equal(room.queued, 0)
})

t.test('finds the most and the least important line that has a waiter', async (t) => {
  const { room, add } = setUp()
  const optional = add(2)
  t.equal(room.first()?.rank, 2)
  t.equal(room.last()?.rank, 2)
  const critical = add(0)
  add(1)
  const opportunistic = add(3)
  t.equal(room.first()?.rank, 0)
  t.equal(room.last()?.rank, 3)
  t.equal(room.queued, 4)
  room.remove(critical, 0)
  room.remove(opportunistic, 0)
  t.equal(room.first()?.rank, 1)
  t.equal(room.last()?.rank, 2)
  room.remove(optional, 0)
  t.equal(room.last()?.rank, 1)
  t.equal(room.queued, 1)
})

t.test('those who start or leave are out of the line and of the wheel', async (t) => {
  const { clock, room, add, expired } = setUp()
  const [started, left, stayed] = [add(1), add(1), add(1)]
  room.start(started, 0)
  room.remove(left, 0)
  t.equal(room.lineOf(1).length, 1)
  clock.advance(200)
  t.same(expired, [stayed])
  t.equal(clock.pending, 0)
})

t.test('measures how fast it is emptied from the first waiter on, by starts alone', async (t) => {
  const { clock, room, add } = setUp()
  clock.advance(1_000)
  const waiters = Array.from({ length: 20 }, () => add(1))
  for (let index = 0; index < 10; index += 1) {
    clock.advance(5)
    // One more waiter does not start the span anew.
    add(1)
    room.start(waiters[index] as Passage, clock.nowMs())
    // Leaving is not being served.
    room.remove(waiters[19 - index] as Passage, 0)
  }
  t.equal(room.drainPerMs, 0.2)
})

t.test('a queue that was empty in between starts a new span', async (t) => {
  const { clock, room, add } = setUp()
  room.start(add(1), 0)
  clock.advance(1_000)
  room.start(add(1), clock.nowMs())
  t.equal(room.drainPerMs, 0, 'two starts in an idle second are no measurement')
})

t.test('stopping disarms the timer', async (t) => {
  const { clock, room, add } = setUp()
  add(1)
  t.equal(clock.pending, 1)
  room.stop()
  t.equal(clock.pending, 0)
})

function setUp() {
  const clock = new VirtualClock()
  const share = new FairShare(() => 0.5)
  const expired: Passage[] = []
  const room = new WaitingRoom(clock, share, (passage) => {
    room.remove(passage, 0)
    expired.push(passage)
  })
  const add = (rank: number): Passage => {
    const passage = createPassage(share.enter({}, rank, 0), clock.nowMs())
    passage.expiresAtMs = clock.nowMs() + 100
    room.add(passage, clock.nowMs())
    return passage
  }
  return { clock, room, expired, add }
}
