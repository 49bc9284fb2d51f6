import t from 'tap'
import { SlotTime, slotMsOf } from '../../src/fairness/slot-time.ts'
import { createFlow } from './create-flow.ts'

t.test('a unit is a mean request, whatever the speed of the service', async (t) => {
  for (const scale of [0.01, 1, 1_000]) {
    const slotTime = new SlotTime()
    const [quick, slow] = [createFlow(), createFlow()]
    for (let count = 0; count < 2_000; count += 1) {
      slotTime.settle(quick, 1, 10 * scale)
      slotTime.settle(slow, 1, 30 * scale)
    }
    const [ofQuick, ofSlow] = [slotTime.estimate(quick, 1), slotTime.estimate(slow, 1)]
    t.ok(Math.abs(ofSlow / ofQuick - 3) < 1e-9)
    t.ok(Math.abs((ofSlow + ofQuick) / 2 - 1) < 0.05, `${ofQuick}, ${ofSlow}`)
    t.equal(slotTime.estimate(slow, 4), 4 * ofSlow)
  }
})

t.test('what is not known yet is charged as a mean request', async (t) => {
  const slotTime = new SlotTime()
  t.equal(slotTime.estimate(createFlow(), 3), 3)
  slotTime.settle(createFlow(), 1, 50)
  t.equal(slotTime.estimate(createFlow(), 3), 3)
})

t.test('a long request is measured by what others took, not by itself', async (t) => {
  const slotTime = new SlotTime()
  const flow = createFlow()
  slotTime.settle(flow, 1, 10)
  t.equal(slotTime.settle(flow, 1, 500), 50)
})

t.test('nor more than a hundred units, however little the others took', async (t) => {
  const slotTime = new SlotTime()
  const flow = createFlow()
  slotTime.settle(flow, 1, 0)
  t.equal(slotTime.settle(flow, 2, 50), 200)
})

t.test('no time at all is still some', async (t) => {
  const slotTime = new SlotTime()
  const flow = createFlow()
  t.equal(slotTime.settle(flow, 1, 0), 1)
  t.equal(slotTime.settle(flow, 2, 0), 2)
  t.ok(Number.isFinite(slotTime.settle(flow, 1, 1e6)))
})

t.test('whoever keeps the thread keeps all permits, and the longer the worse', async (t) => {
  const use = { startedMs: 0, threadMs: 3, cost: 1 }
  t.equal(slotMsOf({ ...use, threadMs: 0 }, 12, 10), 12, 'nobody knows of the thread')
  t.equal(slotMsOf(use, 40, 10), 40, 'it held its permit for longer')
  t.equal(slotMsOf(use, 12, 10), 3 * 1.01 * 10)
  t.equal(slotMsOf({ ...use, cost: 5 }, 4, 10), 3 * 1.01 * 2, 'of each of its permits')
  t.equal(slotMsOf({ ...use, threadMs: 75 }, 75, 10), 75 * 1.25 * 10)
  t.equal(slotMsOf({ ...use, threadMs: 150 }, 150, 10), 150 * 1.5 * 10)
  t.equal(
    slotMsOf({ ...use, threadMs: 5_000 }, 5_000, 10),
    5_000 * 1.5 * 10,
    'and no more than that',
  )
})
