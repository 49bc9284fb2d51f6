import t from 'tap'
import { DrainState } from '../../src/admission/drain-state.ts'

t.test('calls whoever waits when nothing is left, once', async (t) => {
  const state = new DrainState()
  let idle = 0
  state.check(0)
  state.waitForIdle(() => {
    idle += 1
  })
  state.check(1)
  t.equal(idle, 0)
  state.check(0)
  state.check(0)
  t.equal(idle, 1)
})

t.test('everybody who waits hears, in order', async (t) => {
  const state = new DrainState()
  const heard: string[] = []
  state.waitForIdle(() => heard.push('first'))
  state.waitForIdle(() => heard.push('second'))
  state.check(0)
  t.same(heard, ['first', 'second'])
})

t.test('who starts to wait while others hear is not forgotten', async (t) => {
  const state = new DrainState()
  const heard: string[] = []
  state.waitForIdle(() => {
    heard.push('first')
    state.waitForIdle(() => heard.push('second'))
  })
  state.check(0)
  state.check(0)
  t.same(heard, ['first', 'second'])
})

t.test('drains from its beginning on, for good', async (t) => {
  const state = new DrainState()
  t.equal(state.draining, false)
  t.equal(state.begin(), true)
  t.equal(state.begin(), false)
  t.equal(state.draining, true)
})
