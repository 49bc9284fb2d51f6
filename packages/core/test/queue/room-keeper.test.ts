import t from 'tap'
import {
  type AdmissionOptions,
  resolveAdmissionOptions,
} from '../../src/admission/admission-options.ts'
import type { RejectReason } from '../../src/admission/decision.ts'
import type { Passage } from '../../src/admission/passage.ts'
import { FairShare } from '../../src/fairness/fair-share.ts'
import { Limiter } from '../../src/limiter/limiter.ts'
import { RoomKeeper } from '../../src/queue/room-keeper.ts'
import { WaitingRoom } from '../../src/queue/waiting-room.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'
import { ManualDispatcher, ScriptedLimit } from '../admission/admission-harness.ts'
import { createPassage } from './create-passage.ts'

const [CRITICAL, IMPORTANT, OPTIONAL, OPPORTUNISTIC] = [0, 1, 2, 3] as const

t.test('sheds nobody while there are no more waiters than free permits', async (t) => {
  const gate = setUp({ limit: 5, dispatcher: new ManualDispatcher(), queue: { maxQueued: 5 } })
  gate.pressure.level = 1
  for (let count = 0; count < 5; count += 1) {
    t.equal(gate.makePlace(OPPORTUNISTIC, 0), undefined)
    gate.add(OPPORTUNISTIC)
  }
  t.equal(gate.makePlace(OPPORTUNISTIC, 0), 'shed')
})

t.test('sheds by the share of the room that is taken before the arrival', async (t) => {
  const gate = setUp({ queue: { maxQueued: 10 } })
  gate.limiter.take()
  check(t, gate, { 3: undefined, 2: undefined, 1: undefined, 0: undefined })
  gate.addMany(2, IMPORTANT)
  check(t, gate, { 3: 'shed', 2: undefined, 1: undefined, 0: undefined })
  gate.addMany(3, IMPORTANT)
  check(t, gate, { 3: 'shed', 2: 'shed', 1: undefined, 0: undefined })
  gate.addMany(3, IMPORTANT)
  check(t, gate, { 3: 'shed', 2: 'shed', 1: 'shed', 0: undefined })
})

t.test('pressure joins as a maximum, and never sheds critical', async (t) => {
  const gate = setUp({ queue: { maxQueued: 10 } })
  gate.limiter.take()
  gate.pressure.level = 0.5
  check(t, gate, { 3: 'shed', 2: 'shed', 1: undefined, 0: undefined })
  gate.pressure.level = 1
  check(t, gate, { 3: 'shed', 2: 'shed', 1: 'shed', 0: undefined })
  gate.pressure.level = 0.1
  gate.addMany(5, IMPORTANT)
  check(t, gate, { 2: 'shed' })
})

t.test('in a full room the newest of the least important makes way', async (t) => {
  const gate = setUp({ queue: { maxQueued: 4 }, shedAt: { important: 1 } })
  gate.limiter.take()
  const [optional, older, newer] = [
    gate.add(OPTIONAL),
    gate.add(OPPORTUNISTIC),
    gate.add(OPPORTUNISTIC),
  ]
  gate.add(IMPORTANT)
  t.equal(gate.makePlace(CRITICAL, 0), undefined)
  t.same(gate.evicted, [[newer, 'evicted']])
  gate.add(CRITICAL)
  gate.makePlace(CRITICAL, 0)
  t.same(gate.evicted[1], [older, 'evicted'])
  gate.add(CRITICAL)
  gate.makePlace(CRITICAL, 0)
  t.same(gate.evicted[2], [optional, 'evicted'])
})

t.test('nobody is shed while a less important one waits: that one makes way', async (t) => {
  const gate = setUp({ queue: { maxQueued: 10 } })
  gate.limiter.take()
  const [first, second] = [gate.add(OPPORTUNISTIC), gate.add(OPPORTUNISTIC)]
  gate.addMany(6, OPTIONAL)
  for (const [rank, expected] of [
    [OPPORTUNISTIC, 'shed'],
    [OPTIONAL, undefined],
    [IMPORTANT, undefined],
  ] as const) {
    t.equal(gate.makePlace(rank, 0), expected)
    if (expected === undefined) gate.add(rank)
  }
  t.same(gate.evicted, [
    [second, 'evicted'],
    [first, 'evicted'],
  ])
  t.equal(gate.makePlace(OPTIONAL, 0), 'shed')
  t.equal(gate.room.queued, 8)
})

t.test('in a room that has become too small a place is still given for a place', async (t) => {
  const gate = setUp({ limit: 25 })
  gate.addMany(100, OPTIONAL)
  gate.limiter.take()
  ;(gate.limiter.limit as ScriptedLimit).current = 1
  t.equal(gate.keeper.maxQueued, 64)
  t.equal(gate.makePlace(CRITICAL, 0), undefined)
  t.equal(gate.makePlace(IMPORTANT, 0), undefined)
  t.equal(gate.makePlace(OPTIONAL, 0), 'shed')
  t.equal(gate.room.queued, 98)
})

t.test('in a full room nobody makes way for an equal, nor for a less important one', async (t) => {
  const gate = setUp({ queue: { maxQueued: 2 }, shedAt: { important: 1, optional: 1 } })
  gate.limiter.take()
  gate.addMany(2, CRITICAL)
  t.equal(gate.makePlace(CRITICAL, 0), 'full')
  t.equal(gate.makePlace(IMPORTANT, 0), 'shed')
  t.same(gate.evicted, [])
})

t.test('the most important line is served first, oldest first', async (t) => {
  const gate = setUp()
  const optional = gate.add(OPTIONAL)
  const [first, second] = [gate.add(IMPORTANT), gate.add(IMPORTANT)]
  for (const expected of [first, second, optional, undefined]) {
    const next = gate.keeper.turns.next(0)
    t.equal(next, expected)
    if (next !== undefined) gate.room.start(next, 0)
  }
})

t.test('those whose time is up are told on the way, and nobody runs at its expiry', async (t) => {
  const gate = setUp()
  const [first, second] = [gate.add(IMPORTANT), gate.add(IMPORTANT)]
  const optional = gate.add(OPTIONAL)
  second.expiresAtMs = 50.001
  first.expiresAtMs = 50
  optional.expiresAtMs = 60
  t.equal(gate.keeper.turns.next(50), second)
  t.same(gate.evicted, [[first, 'expired']])
  t.equal(gate.keeper.turns.next(55), optional)
  t.equal(gate.keeper.turns.next(60), undefined)
  t.equal(gate.room.queued, 0)
})

t.test('no turn comes while no permit is free, though one was before others heard', async (t) => {
  const gate = setUp({ limit: 1 })
  const stale = gate.add(IMPORTANT)
  stale.expiresAtMs = 10
  gate.onEvict = () => {
    gate.limiter.take()
    gate.add(IMPORTANT)
  }
  t.equal(gate.keeper.turns.next(10), undefined)
  t.equal(gate.room.queued, 1)
})

t.test(
  'a standing queue that refuses is served newest first, each line by its own state',
  async (t) => {
    const gate = setUp()
    const [old, optional] = [gate.add(IMPORTANT), gate.add(OPTIONAL, 150)]
    const fresh = gate.add(IMPORTANT, 140)
    t.equal(gate.keeper.turns.next(100), old)
    t.equal(gate.keeper.turns.next(150), old, 'a queue that refuses nobody will be served in time')
    gate.room.lineOf(IMPORTANT).onRefuse(150)
    gate.room.lineOf(OPTIONAL).onRefuse(150)
    t.equal(gate.keeper.turns.next(150), fresh)
    gate.room.start(fresh, 150)
    gate.room.start(old, 150)
    const late = gate.add(OPTIONAL, 160)
    t.equal(gate.keeper.turns.next(160), optional)
    t.not(gate.keeper.turns.next(160), late)
  },
)

t.test('the order can be given', async (t) => {
  const fifo = setUp({ queue: { order: 'fifo' } })
  const [oldest] = [fifo.add(IMPORTANT), fifo.add(IMPORTANT, 500)]
  t.equal(fifo.keeper.turns.next(500), oldest, 'fifo stays fifo in a standing queue')
  const lifo = setUp({ queue: { order: 'lifo' } })
  const [, newest] = [lifo.add(IMPORTANT), lifo.add(IMPORTANT)]
  t.equal(lifo.keeper.turns.next(0), newest, 'lifo needs no standing queue')
})

t.test(
  'in a standing queue the oldest makes way for each arrival beyond 25 ms of work',
  async (t) => {
    const gate = setUp({ queue: { maxQueued: 1_000 } })
    gate.limiter.take()
    const waiters = gate.addMany(20, IMPORTANT)
    // 0.8 of 8 places, rounded up, are 7: one of them is the arrival's.
    t.equal(gate.makePlace(IMPORTANT, 150), undefined)
    t.equal(gate.room.queued, 6)
    t.same(
      gate.evicted,
      waiters.slice(0, 14).map((passage) => [passage, 'replaced']),
    )
  },
)

t.test(
  'an arrival that would be shed from a standing queue replaces the oldest instead',
  async (t) => {
    const gate = setUp({ queue: { maxQueued: 10 } })
    gate.limiter.take()
    const [oldest, older] = gate.addMany(8, IMPORTANT)
    t.equal(gate.makePlace(IMPORTANT, 0), 'shed')
    t.equal(gate.makePlace(IMPORTANT, 150), undefined)
    t.same(gate.evicted, [
      [oldest, 'replaced'],
      [older, 'replaced'],
    ])
  },
)

t.test('so it does where others fill the room: one comes, one goes', async (t) => {
  const gate = setUp({ queue: { maxQueued: 10, order: 'lifo' } })
  gate.limiter.take()
  gate.addMany(6, CRITICAL)
  const [oldest] = gate.addMany(2, IMPORTANT)
  t.equal(gate.makePlace(IMPORTANT, 0), undefined)
  t.same(gate.evicted, [[oldest, 'replaced']])
})

t.test('a queue stands for as long as it refuses', async (t) => {
  const gate = setUp({ limit: 2, queue: { maxQueued: 1_000 } })
  gate.limiter.take()
  const waiters = gate.addMany(13, IMPORTANT)
  for (let nowMs = 150; nowMs <= 400; nowMs += 50) {
    t.equal(gate.makePlace(IMPORTANT, nowMs), undefined)
    waiters.push(gate.add(IMPORTANT, nowMs))
    t.ok(gate.keeper.turns.next(nowMs) === waiters.at(-1), `newest first at ${nowMs}`)
  }
  t.equal(gate.evicted.length, 12)
})

t.test(
  'once nobody in it is stale, a standing queue refuses at the door and is served in order',
  async (t) => {
    const gate = setUp({ limit: 2, queue: { maxQueued: 1_000 } })
    gate.limiter.take()
    gate.addMany(7, IMPORTANT)
    const fresh: Passage[] = []
    for (let nowMs = 150; fresh.length < 7; nowMs += 1) {
      t.equal(gate.makePlace(IMPORTANT, nowMs), undefined)
      fresh.push(gate.add(IMPORTANT, nowMs))
    }
    const evicted = gate.evicted.length
    t.equal(gate.makePlace(IMPORTANT, 160), 'shed')
    t.equal(gate.evicted.length, evicted)
    t.ok(gate.keeper.turns.next(160) === fresh[0])
  },
)

t.test('a critical arrival beyond a standing queue finds it full', async (t) => {
  const gate = setUp({ queue: { maxQueued: 1_000 } })
  gate.limiter.take()
  gate.addMany(8, CRITICAL)
  for (let nowMs = 150; nowMs < 158; nowMs += 1) {
    t.equal(gate.makePlace(CRITICAL, nowMs), undefined)
    gate.add(CRITICAL, nowMs)
  }
  t.equal(gate.makePlace(CRITICAL, 158), 'full')
})

t.test('where none of its own tier waits, it is shed', async (t) => {
  const gate = setUp({ queue: { maxQueued: 10, order: 'lifo' } })
  gate.limiter.take()
  gate.addMany(8, IMPORTANT)
  t.equal(gate.makePlace(OPTIONAL, 0), 'shed')
  t.same(gate.evicted, [])
})

t.test('one arrival pays for 64 at most', async (t) => {
  const gate = setUp({ queue: { maxQueued: 1_000 } })
  gate.limiter.take()
  gate.addMany(300, IMPORTANT)
  gate.makePlace(IMPORTANT, 150)
  t.equal(gate.evicted.length, 64)
})

t.test(
  'where the newest go first, a line too long for a smaller room is cut at once',
  async (t) => {
    const gate = setUp({ limit: 25, queue: { order: 'lifo' } })
    gate.limiter.take()
    gate.addMany(80, IMPORTANT)
    ;(gate.limiter.limit as ScriptedLimit).current = 1
    t.equal(gate.makePlace(IMPORTANT, 0), undefined)
    // 0.8 of 64 places, rounded up, are 52: one of them is the arrival's.
    t.equal(gate.room.queued, 51)
  },
)

t.test('whoever is told to make way may send others away', async (t) => {
  const gate = setUp({ queue: { maxQueued: 1_000 } })
  gate.limiter.take()
  const waiters = gate.addMany(20, IMPORTANT)
  gate.onEvict = () => {
    gate.onEvict = () => {}
    for (const other of waiters.slice(1)) gate.room.remove(other, 0)
  }
  t.equal(gate.makePlace(IMPORTANT, 150), undefined)
  t.equal(gate.evicted.length, 1)
})

t.test('a place that is taken again while its holder hears is no place', async (t) => {
  const gate = setUp({ queue: { maxQueued: 2 } })
  gate.limiter.take()
  gate.addMany(2, OPPORTUNISTIC)
  gate.onEvict = () => gate.add(CRITICAL)
  t.equal(gate.makePlace(CRITICAL, 0), 'full')
  t.equal(gate.room.queued, 2)
})

t.test('without a queue the shares are reservations of the limit', async (t) => {
  const gate = setUp({ limit: 10, queue: false })
  t.equal(gate.keeper.hasQueue, false)
  t.equal(gate.keeper.maxQueued, 0)
  const admitted = { 3: 0, 2: 0, 1: 0, 0: 0 }
  for (const rank of [3, 2, 1, 0] as const) {
    while (gate.refusedWithoutWaiting(rank) === undefined) {
      gate.limiter.take()
      admitted[rank] += 1
    }
    t.equal(gate.refusedWithoutWaiting(rank), rank === 0 ? 'full' : 'shed')
  }
  t.same(admitted, { 3: 2, 2: 3, 1: 3, 0: 2 })
})

t.test('without a queue pressure joins too, and an idle service takes everybody', async (t) => {
  const gate = setUp({ limit: 10, queue: false, shedAt: { opportunistic: 0.01 } })
  gate.pressure.level = 0.9
  t.equal(gate.refusedWithoutWaiting(IMPORTANT), 'shed')
  t.equal(gate.refusedWithoutWaiting(OPPORTUNISTIC), 'shed')
  t.equal(gate.refusedWithoutWaiting(CRITICAL), undefined)
  gate.pressure.level = 0
  t.equal(gate.refusedWithoutWaiting(OPPORTUNISTIC), undefined)
})

t.test('with a queue, one that does not wait passes nobody and is never shed', async (t) => {
  const gate = setUp({ limit: 2 })
  gate.pressure.level = 1
  t.equal(gate.refusedWithoutWaiting(OPPORTUNISTIC), undefined)
  gate.add(OPPORTUNISTIC)
  t.equal(gate.refusedWithoutWaiting(CRITICAL), 'full')
})

t.test('a smaller room lets the newest of the least important go', async (t) => {
  const gate = setUp({ queue: { maxQueued: 10 } })
  const critical = gate.add(CRITICAL)
  const [older, newer] = [gate.add(OPTIONAL), gate.add(OPTIONAL)]
  const opportunistic = gate.add(OPPORTUNISTIC)
  gate.update({ queue: { maxQueued: 2 } })
  t.same(gate.evicted, [
    [opportunistic, 'full'],
    [newer, 'full'],
  ])
  gate.update({ queue: false })
  t.same(gate.evicted.slice(2), [
    [older, 'full'],
    [critical, 'full'],
  ])
})

t.test('everybody out, the most important and oldest first', async (t) => {
  const gate = setUp()
  const optional = gate.add(OPTIONAL)
  const [first, second] = [gate.add(IMPORTANT), gate.add(IMPORTANT)]
  gate.keeper.evictAll('draining', 0)
  t.same(
    gate.evicted.map(([passage]) => passage),
    [first, second, optional],
  )
})

interface Settings extends AdmissionOptions {
  readonly limit?: number
  readonly dispatcher?: ManualDispatcher
}

function setUp({ limit = 1, dispatcher, ...options }: Settings = {}) {
  const clock = new VirtualClock()
  const limiter = new Limiter(new ScriptedLimit(limit), () => {})
  const pressure = { level: 0, isHard: false }
  const random = (): number => 0.5
  const share = new FairShare(random)
  const room = new WaitingRoom(clock, share, () => {})
  const evicted: [Passage, RejectReason][] = []
  const it = {
    room,
    limiter,
    pressure,
    evicted,
    onEvict: (): void => {},
    keeper: new RoomKeeper(
      {
        room,
        limiter,
        share,
        pressure,
        dispatcher,
        allPermits: limiter,
        placesOf: (all) => all,
        random,
        onEvict(passage, reason) {
          room.remove(passage, 0)
          passage.leave(0)
          evicted.push([passage, reason])
          it.onEvict()
        },
      },
      resolveAdmissionOptions(options),
    ),
    /** Options not named have their default. */
    update(options: AdmissionOptions): void {
      it.keeper.update(resolveAdmissionOptions(options))
      while (room.queued > it.keeper.maxQueued) it.keeper.trim(0)
    },
    add(rank: number, nowMs = 0): Passage {
      const passage = createPassage(share.enter({}, rank, nowMs), nowMs)
      passage.expiresAtMs = 1_000
      room.add(passage, nowMs)
      return passage
    },
    makePlace: (rank: number, nowMs: number): RejectReason | undefined =>
      it.keeper.makePlace(share.enter({}, rank, nowMs), nowMs),
    refusedWithoutWaiting: (rank: number): RejectReason | undefined =>
      it.keeper.refusedWithoutWaiting(share.enter({}, rank, 0), 1),
    addMany: (count: number, rank: number): Passage[] =>
      Array.from({ length: count }, () => it.add(rank)),
  }
  return it
}

/** Asks for each rank anew: makes a place or says why not, and changes the room only by eviction. */
function check(
  t: Pick<typeof import('tap').t, 'equal'>,
  gate: ReturnType<typeof setUp>,
  expected: Readonly<Partial<Record<0 | 1 | 2 | 3, RejectReason | undefined>>>,
): void {
  for (const [rank, reason] of Object.entries(expected)) {
    t.equal(gate.makePlace(Number(rank), 0), reason, `rank ${rank}`)
  }
}
