import t from 'tap'
import { type Guest, Harness, states } from '../admission/admission-harness.ts'

const GENEROUS = { shedAt: { important: 1, optional: 1, opportunistic: 1 } }

t.test('less important waiters make way from their longest flow', async (t) => {
  const { offer } = setUp({ maxQueued: 4 })
  const long = ['a', 'a', 'a'].map((flow) => offer({ flow, tier: 'opportunistic' }))
  const short = offer({ flow: 'b', tier: 'opportunistic' })
  t.equal(offer({ tier: 'critical' }).state, 'queued')
  t.same(states([...long, short]), ['queued', 'queued', 'evicted', 'queued'])
})

t.test('a smaller room takes from the longest flow, though another has come later', async (t) => {
  const { offer, admission } = setUp({ maxQueued: 10 })
  const long = ['a', 'a', 'a'].map((flow) => offer({ flow }))
  const short = offer({ flow: 'b' })
  admission.update({ queue: { maxQueued: 3 }, ...GENEROUS })
  t.same(states([...long, short]), ['queued', 'queued', 'full', 'queued'])
  admission.update({ queue: { maxQueued: 2 }, ...GENEROUS })
  t.same(states([...long, short]), ['queued', 'full', 'full', 'queued'])
})

t.test(
  'where all have one waiter, a small burst finds twice the places of a standing queue',
  async (t) => {
    const { offer, clock } = setUp({ maxQueued: 1_000, maxWaitMs: 1_000 })
    const old = Array.from({ length: 8 }, (_, index) => offer({ flow: `old ${index}` }))
    clock.advance(150)
    for (let index = 0; index < 8; index += 1) offer({ flow: `new ${index}` })
    t.same(new Set(states(old)), new Set(['queued']))
    // The oldest have waited in vain: each makes way for one that has just come, until all are fresh.
    const more = Array.from({ length: 12 }, (_, index) => offer({ flow: `more ${index}` }))
    t.equal(states(more).filter((state) => state === 'queued').length, 8)
    t.equal(states(more).filter((state) => state === 'shed').length, 4)
    t.same(new Set(states(old)), new Set(['replaced']))
  },
)

t.test('a flow that overflows takes nothing from a burst', async (t) => {
  const { offer, clock } = setUp({ maxQueued: 7, maxWaitMs: 1_000, order: 'fifo' })
  offer({ flow: 'noisy' })
  clock.advance(150)
  const burst = Array.from({ length: 6 }, () => offer({ flow: 'quiet' }))
  t.equal(offer({ flow: 'noisy' }).state, 'shed')
  t.same(new Set(states(burst)), new Set(['queued']))
  t.equal(offer({ flow: 'other' }).state, 'queued')
  t.equal(burst.at(-1)?.state, 'replaced', 'another small one does')
})

t.test('in a stale line the excess is taken from flows that overflow', async (t) => {
  const { offer, clock, admission } = setUp({ maxQueued: 1_000, maxWaitMs: 1_000 })
  const noisy = Array.from({ length: 30 }, () => offer({ flow: 'noisy' }))
  clock.advance(150)
  const quiet = Array.from({ length: 4 }, () => offer({ flow: 'quiet' }))
  offer({ flow: 'noisy' })
  t.same(new Set(states(quiet)), new Set(['queued']))
  t.ok(states(noisy).filter((state) => state === 'replaced').length >= 25)
  t.ok(admission.queued <= 16)
})

t.test('where one flow overflows, another that does not keeps its order', async (t) => {
  const { offer, clock, running } = setUp({ maxQueued: 1_000, maxWaitMs: 1_000 })
  const noisy = Array.from({ length: 7 }, () => offer({ flow: 'noisy' }))
  clock.advance(40)
  const quiet = [offer({ flow: 'quiet' }), offer({ flow: 'quiet' })]
  // By now both have waited for long, but one flow alone for more than 100 ms on end.
  clock.advance(70)
  const last = offer({ flow: 'noisy' })
  running.release()
  t.same(states(noisy.slice(0, 3)), ['replaced', 'replaced', 'queued'])
  t.equal(last.state, 'running')
  last.release()
  t.same(states(quiet), ['running', 'queued'])
})

function setUp(queue: { maxQueued: number; maxWaitMs?: number; order?: 'fifo' }) {
  const harness = new Harness({ queue, ...GENEROUS })
  const offer = harness.offer.bind(harness)
  const running: Guest = offer({ tier: 'critical' })
  return Object.assign(harness, { offer, running })
}
