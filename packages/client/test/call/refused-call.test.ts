import { AsyncLocalStorage } from 'node:async_hooks'
import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import type {
  Controller,
  DispatcherLike,
  DispatchOptions,
  Handler,
} from '../../src/handler/handler.ts'
import { createClient, type RefusedCall, resilient } from '../../src/index.ts'
import { seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'

const callers = new AsyncLocalStorage<string>()

/** A client of one server that answers nothing, unless `fails` names how; what it tells of refused calls, and who made them. */
function setUp(options: ResilientOptions, fails?: (at: number) => string | undefined) {
  const clock = new VirtualClock()
  const told: (RefusedCall & { caller: string | undefined })[] = []
  let sent = 0
  const dispatch = (_options: DispatchOptions, handler: Handler) => {
    const code = fails?.(sent)
    sent += 1
    const controller: Controller = {
      ...{ aborted: false, paused: false, reason: null, pause() {}, resume() {} },
      abort: (reason) => handler.onResponseError?.(controller, reason),
    }
    handler.onRequestStart(controller, undefined)
    if (code !== undefined) {
      handler.onResponseError?.(controller, Object.assign(new Error(code), { code }))
    }
    return true
  }
  const parts = { clock, random: seededRandom(1), servers: { 'http://a': { dispatch } } }
  const { pipeline } = new VirtualClient(parts, options)
  const stop = pipeline.refusals.listen((refused) => {
    told.push({ ...refused, caller: callers.getStore() })
  })
  /** The n-th caller; resolves to what ends its call. */
  const ask = (caller: string, more: object = {}) => {
    const call = { error: undefined as (Error & { code?: unknown }) | undefined, leave() {} }
    const handler: Handler = {
      onRequestStart: (controller) => {
        call.leave = () => controller.abort(new Error('left'))
      },
      onResponseError: (_controller, error) => {
        call.error = error
      },
    }
    const asked = { origin: 'http://a', path: '/x?key=1', method: 'GET', ...more }
    callers.run(caller, () => pipeline.dispatch(asked, handler))
    return call
  }
  return { clock, told, ask, stop, pipeline }
}

t.test('who finds the queue full is told of, and who waits or is sent is not', async (t) => {
  const { told, ask } = setUp({ limiter: { initialLimit: 1, maxLimit: 1, maxQueued: 1 } })
  ask('sent')
  ask('waits')
  const refused = ask('refused')
  t.match(told, [
    {
      caller: 'refused',
      method: 'GET',
      origin: 'http://a',
      path: '/x?key=1',
      attempts: 0,
      waitedMs: 0,
    },
  ])
  t.equal(told.length, 1)
  t.equal(told[0]?.error, refused.error, 'the error that the caller gets')
  t.match(refused.error, { code: 'HG_ERR_REJECTED' })
})

t.test('so is who waited in vain, in the context of its own call', async (t) => {
  const { told, ask, clock } = setUp({ limiter: { initialLimit: 1, maxLimit: 1, maxWaitMs: 100 } })
  ask('sent')
  ask('waits')
  clock.advance(150)
  t.match(told, [{ caller: 'waits', waitedMs: 100, error: { reason: 'queue' } }])
})

t.test('so is who leaves, or is over its time, before anything was sent', async (t) => {
  const { told, ask, clock } = setUp({ limiter: { initialLimit: 1, maxLimit: 1 } })
  const sent = ask('sent')
  const leaves = ask('leaves')
  ask('late', { deadlineMs: 20 })
  ask('too late', { deadlineMs: 0 })
  clock.advance(10)
  leaves.leave()
  clock.advance(20)
  sent.leave()
  const seen = told.map(({ caller, waitedMs, error }) => [caller, waitedMs, error.message])
  t.same(seen, [
    ['too late', 0, 'the deadline passed'],
    ['leaves', 10, 'left'],
    ['late', 20, 'not sent: it waited too long for its turn here'],
  ])
})

t.test('so is a retry that a guard does not let through', async (t) => {
  const { told, ask, clock } = setUp(
    {
      throttle: false,
      breaker: { maxConsecutive: 1 },
      retry: { delay: { baseDelayMs: 10 } },
    },
    () => 'ECONNRESET',
  )
  const call = ask('again')
  clock.advance(50)
  t.match(call.error, { code: 'HG_ERR_BREAKER_OPEN', attempts: 1 })
  t.match(told, [{ caller: 'again', attempts: 1, error: { code: 'HG_ERR_BREAKER_OPEN' } }])
})

t.test('what an attempt failed of is not told again', async (t) => {
  const { told, ask, clock } = setUp({ retry: false }, () => 'ECONNREFUSED')
  t.equal(ask('failed').error?.code, 'ECONNREFUSED')
  const slow = setUp({ timeouts: { totalMs: 50 } })
  const late = slow.ask('late')
  slow.clock.advance(60)
  clock.advance(60)
  t.equal(late.error?.code, 'HG_ERR_TIMEOUT')
  t.same([...told, ...slow.told], [])
})

t.test('a listener that throws is no harm, and one that was stopped hears nothing', async (t) => {
  const { told, ask, stop, pipeline } = setUp({
    limiter: { initialLimit: 1, maxLimit: 1, maxQueued: 1 },
  })
  pipeline.refusals.listen(() => {
    throw new Error('a broken tracer')
  })
  ask('sent')
  ask('waits')
  t.equal(ask('refused').error?.code, 'HG_ERR_REJECTED')
  stop()
  t.equal(ask('refused').error?.code, 'HG_ERR_REJECTED')
  t.equal(told.length, 1)
  t.equal(pipeline.counters.active, 2)
})

t.test('a client and a resilient dispatcher tell of them', async (t) => {
  const closed = createClient({ origin: 'http://127.0.0.1:1' })
  const empty = createClient({ upstreams: [] })
  t.teardown(() => Promise.all([closed.close(), empty.close()]))
  const told: unknown[] = []
  const listener = ({ error }: RefusedCall) => told.push((error as { code?: unknown }).code)
  closed.traceRefusals(listener)
  empty.traceRefusals(listener)
  await closed.close()
  await t.rejects(closed.request({ path: '/' }), { code: 'HG_ERR_CLOSED' })
  await t.rejects(empty.request({ path: '/' }), { code: 'HG_ERR_NO_UPSTREAM' })
  const base: DispatcherLike = { dispatch: () => true, close: async () => {} }
  const agent = resilient(base, { limiter: { initialLimit: 1, maxLimit: 1, maxQueued: 1 } })
  agent.traceRefusals(listener)
  const leaving: Controller[] = []
  const handler: Handler = { onRequestStart: (controller) => void leaving.push(controller) }
  for (const path of ['/sent', '/waits', '/refused']) {
    agent.dispatch({ origin: new URL('http://a'), path, method: 'GET' }, handler)
  }
  t.teardown(() => {
    for (const controller of leaving) controller.abort(new Error('the test is over'))
  })
  t.same(told, ['HG_ERR_CLOSED', 'HG_ERR_NO_UPSTREAM', 'HG_ERR_REJECTED'])
})
