import t from 'tap'
import { VirtualTime } from '../../src/fairness/virtual-time.ts'
import { createFlow } from './create-flow.ts'

t.test('who comes starts now, and being away saves nothing up', async (t) => {
  const time = new VirtualTime()
  const busy = createFlow()
  for (let count = 0; count < 10; count += 1) time.charge(busy, 1, 1)
  t.equal(time.now, 10)
  const newcomer = createFlow()
  time.join(newcomer)
  t.equal(newcomer.start, 10)
  time.join(busy)
  t.equal(busy.start, 10)
})

t.test('a charge moves its flow by its weight, and time by its share', async (t) => {
  const time = new VirtualTime()
  const [heavy, light] = [createFlow(4), createFlow(1)]
  time.charge(heavy, 2, 5)
  time.charge(light, 2, 5)
  t.equal(heavy.start, 0.5)
  t.equal(light.start, 2)
  t.equal(time.now, 0.8)
})

t.test('time ages while newcomers keep coming in at it', async (t) => {
  const time = new VirtualTime()
  const returning = createFlow()
  returning.start = 50
  let served = 0
  // A hundred wait at every moment, each new: with time that stands still, nobody ever passes 50.
  while (time.now < 50 && served < 10_000) {
    const newcomer = createFlow()
    time.join(newcomer)
    time.charge(newcomer, 1, 100)
    served += 1
  }
  t.ok(Math.abs(served - 5_000) <= 1, `${served}`)
})

t.test('a correction goes both ways, and back no further than it may', async (t) => {
  const time = new VirtualTime()
  const flow = createFlow(2)
  time.charge(flow, 10, 2)
  time.correct(flow, 4, 0)
  t.equal(flow.start, 7)
  time.correct(flow, -8, 0)
  t.equal(flow.start, 3)
  time.correct(flow, -8, 1)
  t.equal(flow.start, 1)
})

t.test('nobody owes for ever', async (t) => {
  const time = new VirtualTime()
  const flow = createFlow()
  time.charge(flow, 1e9, 1)
  t.ok(flow.start - time.now <= 1_000)
})

t.test('once nothing is left, debts are forgiven', async (t) => {
  const time = new VirtualTime()
  const debtor = createFlow()
  time.charge(debtor, 500, 100)
  t.ok(debtor.start > time.now)
  time.forgive()
  t.equal(time.now, 500)
  time.forgive()
  t.equal(time.now, 500)
})
