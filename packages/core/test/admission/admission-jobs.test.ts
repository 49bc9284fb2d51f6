import t from 'tap'
import { Harness, ManualDispatcher } from './admission-harness.ts'

const LIMIT = 10

t.test('one that computes is charged for all the permits it keeps from others', async (t) => {
  const { started, keep } = compete()
  // Each computes for 4 ms, or for 0.4 and then waits for 12.
  for (let round = 0; round < 400; round += 1) keep()
  const ratio = started.asks / started.computes
  t.ok(Math.abs(ratio - 40 / 12) < 0.4, `${ratio} that ask for one that computes: 40 and 12 ms`)
})

t.test(
  'where nobody tells of the thread, all are charged for the time they hold a permit',
  async (t) => {
    const { started, keep } = compete({ isTold: false })
    for (let round = 0; round < 400; round += 1) keep()
    const ratio = started.computes / started.asks
    t.ok(Math.abs(ratio - 3) < 0.4, `${ratio} that compute for one that asks: 4 and 12 ms`)
  },
)

t.test(
  'one that takes two permits keeps no more from others than one that takes one',
  async (t) => {
    const { started, keep } = compete({ costOfComputing: 2 })
    for (let round = 0; round < 400; round += 1) keep()
    const ratio = started.asks / started.computes
    t.ok(Math.abs(ratio - 40 / 12) < 0.4, `${ratio}`)
  },
)

t.test('a job is started alone', async (t) => {
  const { admission, offerMany, clock } = setUp()
  const guests = offerMany(3)
  t.ok(admission.jobs.startNext(clock.nowMs()))
  t.same(
    guests.map(({ state }) => state),
    ['running', 'queued', 'queued'],
  )
  clock.advance(1)
  admission.jobs.endJobs(clock.nowMs())
  t.ok(admission.isRunnable)
  admission.jobs.endJobs(clock.nowMs())
  t.ok(admission.jobs.startNext(clock.nowMs()), 'to end a job twice does nothing')
})

t.test('starts none from within another', async (t) => {
  const { admission, offer, offerMany, clock } = setUp()
  const nested: boolean[] = []
  offer({}, { onAdmit: () => nested.push(admission.jobs.startNext(clock.nowMs())) })
  offerMany(1)
  t.ok(admission.jobs.startNext(clock.nowMs()))
  t.same(nested, [false])
})

/** Jobs started by a dispatcher that tells of each, unless a test wants otherwise. */
function setUp() {
  const dispatcher = new ManualDispatcher()
  const harness = new Harness({ limit: LIMIT, dispatcher })
  const { admission, clock } = harness
  return {
    ...{ admission, clock },
    offer: harness.offer.bind(harness),
    offerMany: (count: number) => Array.from({ length: count }, () => harness.offer()),
  }
}

/** Two routes, each with somebody waiting at any time: one computes for 4 ms, one for 0.4 and asks for 12. */
function compete({ isTold = true, costOfComputing = 1 } = {}) {
  const { admission, clock, offer } = setUp()
  const started = { asks: 0, computes: 0 }
  const ask = (): void => {
    offer(
      { flow: 'asks' },
      {
        onAdmit: ({ permit }) => {
          started.asks += 1
          clock.advance(0.4)
          clock.schedule(12, () => permit?.release())
          ask()
        },
      },
    )
  }
  const compute = (): void => {
    offer(
      { flow: 'computes', cost: costOfComputing },
      {
        onAdmit: ({ permit }) => {
          started.computes += 1
          clock.advance(4)
          permit?.release()
          compute()
        },
      },
    )
  }
  for (let count = 0; count < 3; count += 1) {
    ask()
    compute()
  }
  const keep = (): void => {
    const nowMs = clock.nowMs()
    const isStarted = isTold ? admission.jobs.startNext(nowMs) : admission.pump(nowMs + 1) > 0
    if (isTold) admission.jobs.endJobs(clock.nowMs())
    if (!isStarted) clock.advance(1)
  }
  return { started, keep }
}
