import t from 'tap'
import type { FairShare } from '../../src/fairness/fair-share.ts'
import { standingExcess } from '../../src/queue/line-cut.ts'
import type { WaitingRoom } from '../../src/queue/waiting-room.ts'
import { createFlow, createPassage } from './create-passage.ts'

t.test('one flow: 25 ms of work may wait, and 8 at least', async (t) => {
  t.equal(placesOf({ drainPerMs: 0 }), 8)
  t.equal(placesOf({ drainPerMs: 0.32 }), 8)
  t.equal(placesOf({ drainPerMs: 0.33 }), 9)
  t.equal(placesOf({ drainPerMs: 20 }), 500)
})

t.test('twice as many of a flow that does not stand', async (t) => {
  t.equal(placesOf({ drainPerMs: 0, stands: false }), 16)
  t.equal(placesOf({ drainPerMs: 20, stands: false }), 1_000)
})

t.test('a tier has its share of that, and one place at least', async (t) => {
  t.equal(placesOf({ drainPerMs: 20, share: 0.8 }), 400)
  t.equal(placesOf({ drainPerMs: 20, share: 0.2 }), 100)
  t.equal(placesOf({ drainPerMs: 0, share: 0.01 }), 1)
})

t.test('while long jobs run, a line holds what comes in meanwhile', async (t) => {
  t.equal(placesOf({ drainPerMs: 1, jobMs: 25, slotMs: 1 }), 75)
})

t.test('a line that is long for others leaves a flow the places of its own share', async (t) => {
  // Five flows of the same kind, and ten milliseconds in front of the first of this one.
  const crowd = { line: 1_000, drainPerMs: 0.4, busy: 1, slotMs: 2.5, others: 4 }
  t.equal(placesOf({ ...crowd, stands: false }), 4)
  t.equal(placesOf(crowd), 2)
  t.equal(placesOf({ ...crowd, weight: 4, stands: false }), 8)
})

t.test('fewer of a flow whose jobs are long, and more of one whose jobs are short', async (t) => {
  const mixed = { line: 1_000, drainPerMs: 0.45, busy: 1, jobMs: 25, others: 1 }
  t.equal(placesOf({ ...mixed, slotMs: 1 }), 37)
  t.equal(placesOf({ ...mixed, slotMs: 50 }), 4)
})

t.test('no place where the first turns of all others take as long as one may wait', async (t) => {
  const crowd = { line: 1_000, drainPerMs: 0.4, busy: 1, slotMs: 2.5, stands: false }
  t.equal(placesOf({ ...crowd, others: 19 }), 1)
  t.equal(placesOf({ ...crowd, others: 20 }), 0)
})

t.test('where nothing is known of a flow it is taken for one like the others', async (t) => {
  const crowd = { line: 1_000, drainPerMs: 2, busy: 20, others: 1 }
  t.equal(placesOf({ ...crowd, slotMs: 0 }), placesOf({ ...crowd, slotMs: 10 }))
})

t.test(
  'no more than the permits there are can serve, however many were busy of late',
  async (t) => {
    const halved = { line: 1_000, drainPerMs: 2, busy: 36, slotMs: 9 }
    t.equal(placesOf(halved), 100)
    t.equal(placesOf({ ...halved, most: 18 }), 50)
  },
)

interface Case {
  /** Waiters of other flows. */
  readonly line?: number
  readonly drainPerMs: number
  readonly busy?: number
  readonly jobMs?: number
  readonly slotMs?: number
  readonly others?: number
  readonly weight?: number
  readonly stands?: boolean
  readonly share?: number
  /** The limit. */
  readonly most?: number
}

/** How many of a flow may wait, asked one by one. */
function placesOf(it: Case): number {
  const flow = createFlow(1)
  flow.group.weight = it.weight ?? 1
  const nowMs = it.stands === false ? 0 : 200
  const room = {
    drainPerMs: it.drainPerMs,
    drainBusy: it.busy ?? 1,
    drainJobMs: it.jobMs ?? 0,
    lineOf: () => ({ length: (it.line ?? 0) + flow.length }),
  } as unknown as WaitingRoom
  const share = {
    expectedSlotMs: () => it.slotMs ?? 0,
    queueOf: () => ({
      othersOf: () => it.others ?? 0,
      weightOfOthers: () => it.others ?? 0,
    }),
  } as unknown as FairShare
  const ask = { share: it.share ?? 1, most: it.most ?? 1_000, nowMs }
  while (standingExcess(flow, { room, share }, ask) <= 0) flow.add(createPassage(flow))
  return flow.length
}
