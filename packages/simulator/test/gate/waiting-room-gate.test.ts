import { type Limit, type Sample, VirtualClock } from '@headgate/core'
import t from 'tap'
import {
  constant,
  type Ending,
  type Gate,
  type GateParts,
  InstantGate,
  Service,
  Station,
  seededRandom,
  WaitingRoomGate,
} from '../../src/index.ts'

class SpyLimit implements Limit {
  readonly current = 2
  readonly samples: Sample[] = []
  rejects = 0

  onSample(sample: Sample): void {
    this.samples.push({ ...sample })
  }

  onReject(): void {
    this.rejects += 1
  }

  snapshot(): Readonly<Record<string, number>> {
    return { limit: this.current }
  }
}

t.test('without a room, what finds no permit is refused at once', async (t) => {
  const { clock, gate, endings, limit } = setUp((parts) => new InstantGate(parts))
  for (let i = 0; i < 3; i += 1) gate.arrive()
  t.strictSame(kinds(endings), ['refused'])
  t.equal(limit.rejects, 1)
  clock.advance(100)
  t.strictSame(kinds(endings), ['refused', 'served', 'served'])
  t.strictSame(
    limit.samples.map(({ inFlight, latencyNs }) => [inFlight, latencyNs]),
    [
      [1, 10e6],
      [2, 10e6],
    ],
  )
})

t.test('with one, it waits its turn, is refused when the room is full, or expires', async (t) => {
  const room = { maxWaitMs: 15, maxQueued: () => 5 }
  const { clock, gate, endings, limit } = setUp((parts) => new WaitingRoomGate(parts, room))
  for (let i = 0; i < 8; i += 1) gate.arrive()
  t.strictSame(kinds(endings), ['refused'])
  t.equal(limit.rejects, 1)
  clock.advance(100)
  // Two served at once, two after 10 ms, and the other three have left at 15 ms.
  t.strictSame(kinds(endings), [
    ...['refused', 'served', 'served'],
    ...['expired', 'expired', 'expired', 'served', 'served'],
  ])
  t.strictSame(
    endings.flatMap((ending) =>
      ending.kind === 'served' ? [[ending.latencyMs, ending.servedMs]] : [],
    ),
    [
      [10, 10],
      [10, 10],
      [20, 10],
      [20, 10],
    ],
  )
  t.equal(limit.rejects, 1, 'expiry is not a rejection on arrival')
})

t.test('an answer after the timeout is an overloaded sample', async (t) => {
  const { clock, gate, limit } = setUp((parts) => new InstantGate({ ...parts, timeoutMs: 9 }))
  gate.arrive()
  clock.advance(100)
  t.strictSame(
    limit.samples.map(({ overloaded }) => overloaded),
    [true],
  )
})

function setUp(makeGate: (parts: GateParts) => Gate): {
  readonly clock: VirtualClock
  readonly gate: Gate
  readonly endings: Ending[]
  readonly limit: SpyLimit
} {
  const clock = new VirtualClock()
  const endings: Ending[] = []
  const limit = new SpyLimit()
  const stage = new Station(clock, 10)
  const service = new Service([{ stage, work: constant(10) }], seededRandom(1))
  const onEnd = (ending: Ending): void => void endings.push(ending)
  return {
    clock,
    endings,
    limit,
    gate: makeGate({ clock, limit, service, timeoutMs: 1000, onEnd }),
  }
}

function kinds(endings: readonly Ending[]): readonly string[] {
  return endings.map(({ kind }) => kind)
}
