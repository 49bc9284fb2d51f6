import t from 'tap'
import { type FanoutCall, type FanoutOptions, fanout } from '../../src/index.ts'
import { failureOf } from '../fixtures/serve.ts'

const value =
  (of: number): FanoutCall<number> =>
  async () =>
    of
const failing: FanoutCall<number> = async () => {
  throw new Error('broken')
}
const aborted: string[] = []
const never: FanoutCall<number> = (signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      aborted.push(String(signal.reason.message))
      reject(signal.reason)
    })
  })

t.test('answers with what came, and says what is missing', async (t) => {
  t.same(await fanout([value(1), value(2)], { deadlineMs: 1000 }), {
    results: [1, 2],
    missing: [],
    isComplete: true,
  })
  const part = await fanout([never, value(2), failing], { deadlineMs: 20 })
  t.same(part.results, [undefined, 2, undefined])
  t.equal(part.isComplete, false)
  t.match(part.missing, [
    { index: 0, reason: 'late' },
    { index: 2, reason: 'failed', error: { message: 'broken' } },
  ])
  t.same(aborted.splice(0), ['the fan-out is over'], 'nobody waits for what is late')
  t.same(await fanout([], { deadlineMs: 1 }), { results: [], missing: [], isComplete: true })
  const sync = () => {
    throw new Error('at once')
  }
  t.match(await fanout([sync as never], { deadlineMs: 1000 }), { missing: [{ reason: 'failed' }] })
})

t.test('fails as soon as too few can come', async (t) => {
  const error = await failureOf(
    fanout([never, failing, failing], { deadlineMs: 60_000, minResults: 2 }),
  )
  t.match(error, { code: 'HG_ERR_FANOUT', reason: 'failed', cause: { message: 'broken' } })
  t.equal(aborted.splice(0).length, 1)
  t.match(await failureOf(fanout([never, value(1)], { deadlineMs: 10, minResults: 2 })), {
    code: 'HG_ERR_FANOUT',
    reason: 'late',
  })
  t.match(await fanout([never, value(1)], { deadlineMs: 10, minResults: 1 }), {
    results: [undefined, 1],
  })
})

t.test('its caller can leave', async (t) => {
  const controller = new AbortController()
  const left = failureOf(fanout([never], { deadlineMs: 60_000, signal: controller.signal }))
  controller.abort(new Error('gone'))
  t.equal((await left).message, 'gone')
  let calls = 0
  const counted = async () => {
    calls += 1
  }
  t.equal(
    (await failureOf(fanout([counted], { deadlineMs: 10, signal: controller.signal }))).message,
    'gone',
  )
  t.equal(calls, 0, 'nothing is called for somebody who has left')
})

t.test('wrong arguments are told, and nothing is called', async (t) => {
  const check = (calls: unknown, options: unknown, option: string) =>
    t.throws(() => fanout(calls as FanoutCall<number>[], options as FanoutOptions), {
      code: 'HG_ERR_OPTION',
      option,
    })
  check([1], { deadlineMs: 1 }, 'calls')
  check([], {}, 'deadlineMs')
  check([], { deadlineMs: 0 }, 'deadlineMs')
  check([], { deadlineMs: 2 ** 31 }, 'deadlineMs')
  check([value(1)], { deadlineMs: 1, minResults: 2 }, 'minResults')
  check([], { deadlineMs: 1, minimum: 2 }, 'options')
})
