import { createHook } from 'node:async_hooks'
import t from 'tap'
import type { Handler } from '../../src/handler/handler.ts'
import { resilient } from '../../src/index.ts'
import { answeringDispatcher } from '../fixtures/answering-dispatcher.ts'

const CALLS = 100

/** Promises that are made while `work` runs. */
function promisesOf(work: () => void): number {
  let count = 0
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') count += 1
    },
  })
  hook.enable()
  work()
  hook.disable()
  return count
}

t.test(
  'the whole pipeline, hedging included, makes no promise for a call that goes well',
  async (t) => {
    const { dispatch } = resilient(answeringDispatcher, { hedge: true })
    let ended = 0
    const handler: Handler = {
      onRequestStart() {},
      onResponseEnd: () => {
        ended += 1
      },
    }
    const sent = { origin: 'http://a.test', path: '/', method: 'GET' }
    const made = promisesOf(() => {
      for (let n = 0; n < CALLS; n += 1) dispatch(sent, handler)
    })
    t.equal(ended, CALLS)
    t.comment(`${made} promises for ${CALLS} calls; target 0`)
    t.equal(made, 0)
    t.equal(
      promisesOf(() => void Promise.resolve()),
      1,
      'they would have been counted',
    )
  },
)
