import t from 'tap'
import { Readiness, type ReadinessState } from '../../src/warm-up/readiness.ts'

t.test('goes one way, and tells of every step once', async (t) => {
  const readiness = new Readiness()
  t.ok(readiness.isReady, 'without anything to wait for')
  const heard: ReadinessState[] = []
  const end = readiness.onChange((state) => heard.push(state))
  readiness.reach('warming')
  readiness.reach('leaving')
  readiness.reach('leaving')
  readiness.reach('ready')
  t.equal(readiness.state, 'leaving')
  t.notOk(readiness.isReady)
  end()
  readiness.reach('draining')
  t.same(heard, ['leaving'])
})

t.test('with something to wait for it is not ready at first', async (t) => {
  const readiness = new Readiness()
  readiness.wait()
  const states: unknown[] = []
  for (const state of ['warming', 'ready'] as const) {
    states.push(readiness.isReady)
    readiness.reach(state)
  }
  t.same([...states, readiness.isReady], [false, false, true])
})
