import fc from 'fast-check'
import t from 'tap'
import { FairQueue } from '../../src/fairness/fair-queue.ts'
import type { Flow } from '../../src/fairness/flow.ts'
import { createFlow, createWaiter, type TestWaiter } from './create-flow.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('equals take turns, whoever sent the most', async (t) => {
  const { queue, add, serve } = setUp()
  const [noisy, quiet] = [createFlow(), createFlow()]
  for (let count = 0; count < 100; count += 1) add(noisy)
  for (let count = 0; count < 3; count += 1) add(quiet)
  const order = Array.from({ length: 6 }, () => serve())
  t.same(
    order.map((flow) => (flow === quiet ? 'quiet' : 'noisy')),
    ['noisy', 'quiet', 'noisy', 'quiet', 'noisy', 'quiet'],
  )
  t.ok(queue.longest === noisy)
})

t.test('a wider request costs its flow as many turns', async (t) => {
  const { add, serve } = setUp()
  const [wide, narrow] = [createFlow(), createFlow()]
  for (let count = 0; count < 50; count += 1) {
    add(wide, 5)
    add(narrow, 1)
  }
  const served = Array.from({ length: 36 }, () => serve())
  t.equal(served.filter((flow) => flow === wide).length, 6)
})

t.test(
  'those who always wait get their share: the bound of start-time fair queueing',
  async (t) => {
    const flows = fc.array(
      fc.record({ weight: fc.constantFrom(0.5, 1, 2, 8), most: fc.integer({ min: 1, max: 8 }) }),
      {
        minLength: 2,
        maxLength: 6,
      },
    )
    const property = fc.property(
      flows,
      fc.array(fc.nat({ max: 7 }), { minLength: 50, maxLength: 300, size: 'max' }),
      (settings, costs) => {
        const { add, serveOne } = setUp()
        const served = new Map<Flow, number>()
        const made = settings.map(({ weight, most }) => {
          const flow = createFlow(weight)
          served.set(flow, 0)
          for (const cost of costs) add(flow, 1 + (cost % most))
          return { flow, weight, most }
        })
        for (let count = 0; count < costs.length; count += 1) {
          const { flow, units } = serveOne()
          served.set(flow, (served.get(flow) as number) + units)
          for (const one of made) {
            for (const other of made) {
              const [a, b] = [one, other].map(
                ({ flow: it, weight }) => (served.get(it) as number) / weight,
              )
              const bound = one.most / one.weight + other.most / other.weight + 2
              if (Math.abs((a as number) - (b as number)) > bound) return false
            }
          }
        }
        return true
      },
    )
    t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 200 }))
  },
)

t.test('a flow out of turn is passed over, and comes back where time is then', async (t) => {
  const { queue, add, serve } = setUp()
  const [parked, other] = [createFlow(), createFlow()]
  for (let count = 0; count < 20; count += 1) {
    add(parked)
    add(other)
  }
  queue.park(parked)
  t.equal(queue.weightOfOthers(createFlow()), 1)
  t.equal(parked.group.parked, 1)
  for (let count = 0; count < 10; count += 1) t.ok(serve() === other)
  queue.unpark(parked)
  t.equal(parked.group.parked, 0)
  t.ok(parked.start >= 9, 'it has not saved up ten turns')
  const next = Array.from({ length: 6 }, () => serve())
  t.equal(next.filter((flow) => flow === parked).length, 3)
})

t.test('a flow out of turn that loses its last waiter is like any other', async (t) => {
  const { queue, add } = setUp()
  const flow = createFlow()
  const waiter = add(flow)
  queue.park(flow)
  t.equal(queue.hasTurn, false)
  queue.remove(waiter)
  t.equal(flow.parked, false)
  t.equal(flow.group.parked, 0)
  add(flow)
  t.ok(queue.first() === flow)
})

t.test('a correction brings a waiting flow no more than 32 units before the others', async (t) => {
  const { queue, add, serve } = setUp()
  const [one, other] = [createFlow(), createFlow()]
  for (let count = 0; count < 400; count += 1) {
    add(one)
    add(other)
  }
  for (let count = 0; count < 100; count += 1) serve()
  queue.correct(one, -1e6)
  let inARow = 0
  while (serve() === one) inARow += 1
  t.ok(inARow >= 30 && inARow <= 35, `${inARow} in a row`)
  queue.correct(one, 20)
  inARow = 0
  while (serve() === other) inARow += 1
  t.ok(inARow >= 18 && inARow <= 22, `then ${inARow} of the other`)
})

t.test('a debtor that waits alone is passed by whoever comes', async (t) => {
  const { queue, add, serve } = setUp()
  const [debtor, newcomer] = [createFlow(), createFlow()]
  debtor.start = 700
  add(debtor)
  t.ok(queue.first() === debtor)
  for (let count = 0; count < 10; count += 1) add(newcomer)
  for (let count = 0; count < 10; count += 1) t.ok(serve() === newcomer)
  t.ok(serve() === debtor)
})

t.test('starting at once is charged too, and is free while nobody waits', async (t) => {
  const { queue, add, serve } = setUp()
  const [alone, other] = [createFlow(), createFlow()]
  for (let count = 0; count < 10; count += 1) queue.startAtOnce(createWaiter(alone))
  t.equal(alone.start, queue.now)
  for (let count = 0; count < 20; count += 1) {
    add(other)
    add(alone)
  }
  for (let count = 0; count < 5; count += 1) queue.startAtOnce(createWaiter(alone))
  const next = Array.from({ length: 5 }, () => serve())
  t.ok(next.filter((flow) => flow === other).length >= 4)
})

t.test(
  'new weights are for the next time a flow comes into turn, and the sum is right',
  async (t) => {
    const { queue, add } = setUp()
    const flow = createFlow(2)
    const waiter = add(flow)
    flow.group.weight = 5
    t.equal(queue.weightOfOthers(createFlow()), 2)
    t.same(
      [queue.othersOf(createFlow()), queue.othersOf(flow), queue.weightOfOthers(flow)],
      [1, 0, 0],
    )
    queue.remove(waiter)
    t.equal(queue.weightOfOthers(createFlow()), 0)
    add(flow)
    t.equal(queue.weightOfOthers(createFlow()), 5)
  },
)

function setUp() {
  const queue = new FairQueue()
  const add = (flow: Flow, units = 1): TestWaiter => {
    const waiter = createWaiter(flow, units, units)
    queue.add(waiter, false)
    return waiter
  }
  const serveOne = (): TestWaiter => {
    const waiter = queue.first()?.oldest as TestWaiter
    queue.start(waiter)
    return waiter
  }
  return { queue, add, serveOne, serve: (): Flow => serveOne().flow }
}
