import t from 'tap'
import type { Flow } from '../../src/fairness/flow.ts'
import { isSloughed, noteDeparture } from '../../src/shed/slough.ts'
import { Harness, states } from '../admission/admission-harness.ts'
import { createFlow, createWaiter, type TestWaiter } from '../fairness/create-flow.ts'

t.test('lets go only of what waits too long in a flow that stands', async (t) => {
  const { flow, oldest } = setUp({ gapMs: 5 })
  t.equal(isSloughed(oldest, 100), false, 'it does not stand yet')
  t.equal(isSloughed(oldest, 100.5), true)
  const fresh: TestWaiter = { ...createWaiter(flow), enqueuedMs: 90 }
  t.equal(isSloughed(fresh, 110), false, 'four departures')
  t.equal(isSloughed(fresh, 110.5), true)
})

t.test('the target is within 5 and 50 ms', async (t) => {
  for (const [gapMs, mostMs] of [
    [0, 10],
    [1, 10],
    [20, 80],
    [1_000, 100],
  ] as const) {
    const { flow } = setUp({ gapMs })
    const waiter: TestWaiter = { ...createWaiter(flow), enqueuedMs: 1_000 }
    t.equal(isSloughed(waiter, 1_000 + mostMs), false)
    t.equal(isSloughed(waiter, 1_000.5 + mostMs), true)
  }
})

t.test('the last of a flow stays', async (t) => {
  const { flow, oldest } = setUp({ gapMs: 5 })
  flow.remove(flow.newest as TestWaiter)
  t.equal(isSloughed(oldest, 1_000), false)
})

t.test('learns how fast a flow is served from what it has waiting', async (t) => {
  const { flow } = setUp({ gapMs: 0 })
  for (let nowMs = 0; nowMs <= 5_000; nowMs += 20) noteDeparture(flow, nowMs)
  t.ok(Math.abs(flow.gapMs - 20) < 0.1, `${flow.gapMs}`)
  while (flow.newest !== undefined) flow.remove(flow.newest)
  noteDeparture(flow, 5_020)
  flow.add(createWaiter(flow))
  noteDeparture(flow, 1e6)
  t.ok(Math.abs(flow.gapMs - 20) < 0.1, 'a pause is no departure')
})

t.test('is an option: without it the order of arrival is kept to the end', async (t) => {
  for (const codel of [false, true]) {
    const { admission, clock, offer } = bound(
      new Harness({ queue: { order: 'fifo', maxWaitMs: 1_000, codel } }),
    )
    const running = offer()
    const [old, fresh] = [offer(), offer()]
    clock.advance(150)
    running.release()
    t.same(states([old, fresh]), codel ? ['expired', 'running'] : ['running', 'queued'])
    admission.close()
  }
})

function bound(harness: Harness) {
  return { admission: harness.admission, clock: harness.clock, offer: harness.offer.bind(harness) }
}

function setUp({ gapMs }: { gapMs: number }): { flow: Flow; oldest: TestWaiter } {
  const flow = createFlow()
  const oldest = createWaiter(flow)
  flow.add(oldest)
  flow.add(createWaiter(flow))
  flow.gapMs = gapMs
  return { flow, oldest }
}
