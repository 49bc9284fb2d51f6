import t from 'tap'
import { Passage } from '../../src/admission/passage.ts'
import type { Outcome } from '../../src/admission/permit.ts'
import { createFlow } from '../queue/create-passage.ts'

t.test('is released once, and sampled once', async (t) => {
  const { passage, calls } = setUp()
  passage.state = 'running'
  passage.sample('success')
  passage.sample('overload')
  passage.release('ignore')
  passage.release('success')
  passage.sample('success')
  t.same(calls, ['sample success', 'release ignore'])
  t.equal(passage.state, 'released')
})

t.test('has waited for nothing while it still waits', async (t) => {
  const { passage } = setUp()
  passage.enqueue(10, 100, Number.POSITIVE_INFINITY)
  t.equal(passage.waitedMs, 0)
  passage.start(35, 1)
  t.equal(passage.waitedMs, 25)
})

t.test('a release without an outcome is a success', async (t) => {
  const { passage, calls } = setUp()
  passage.state = 'running'
  passage.release()
  t.same(calls, ['release success'])
})

t.test('one that does not run has nothing to give back', async (t) => {
  for (const state of ['queued', 'left', 'released'] as const) {
    const { passage, calls } = setUp()
    passage.state = state
    passage.sample('success')
    passage.release()
    t.same(calls, [])
    t.equal(passage.state, state)
  }
})

t.test('is its own decision and its own permit', async (t) => {
  const { passage } = setUp(2)
  t.equal(passage.admitted, true)
  t.equal(passage.permit, passage)
  t.equal(passage.tier, 'optional')
  passage.enqueuedMs = 10
  passage.start(35, 1)
  t.equal(passage.waitedMs, 25)
})

function setUp(rank = 1) {
  const calls: string[] = []
  const passage = new Passage(
    {
      sample: (_passage: Passage, outcome: Outcome) => calls.push(`sample ${outcome}`),
      release: (_passage: Passage, outcome: Outcome) => calls.push(`release ${outcome}`),
    },
    createFlow(rank),
    undefined,
  )
  return { passage, calls }
}
