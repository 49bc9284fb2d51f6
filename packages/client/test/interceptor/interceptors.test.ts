import t from 'tap'
import { interceptors, resilient } from '../../src/index.ts'
import { failureOf, serve } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

for (const [name, undici] of Object.entries(UNDICIS)) {
  t.test(`${name}: each of them works by itself, and all of them together`, async (t) => {
    let calls = 0
    let failures = 0
    const seen: string[] = []
    const { origin } = await serve(t, (request, response) => {
      calls += 1
      seen.push(String(request.headers['x-request-tier']))
      if (failures > 0) {
        failures -= 1
        response.writeHead(503).end('full')
      } else if (request.url !== '/silent') response.end('ok')
    })
    const agent = new undici.Agent()
    t.teardown(() => agent.destroy())
    const ask = async (dispatcher: unknown, path = '/', more = {}) => {
      const { statusCode, body } = await undici.request(`${origin}${path}`, {
        dispatcher: dispatcher as typeof agent,
        ...more,
      })
      await body.dump()
      return statusCode
    }
    const delay = { overloadBaseDelayMs: 1 }

    failures = 2
    t.equal(await ask(agent.compose(interceptors.attempts({ retry: { delay } }))), 200)
    t.equal(calls, 3)

    t.equal(await ask(agent.compose(interceptors.limiter(1))), 200)
    const late = failureOf(ask(agent.compose(interceptors.deadline({ totalMs: 30 })), '/silent'))
    t.match(await late, { code: 'HG_ERR_TIMEOUT', reason: 'total' })

    const throttled = agent.compose(interceptors.throttle({ minRequests: 5 }))
    failures = 50
    const outcomes: unknown[] = []
    for (let n = 0; n < 50; n += 1) outcomes.push(await ask(throttled).catch((error) => error.code))
    t.ok(outcomes.includes('HG_ERR_THROTTLED'))
    failures = 0

    const broken = agent.compose(interceptors.breaker({ maxConsecutive: 2 }))
    for (let n = 0; n < 2; n += 1)
      await failureOf(ask(broken, '/silent', { signal: AbortSignal.timeout(1) }))
    t.equal(await ask(broken), 200, 'callers who leave say nothing of the server')

    const told = agent.compose(interceptors.propagate({ origins: [origin] }))
    await ask(told, '/', { tier: 'critical' })
    t.equal(seen.at(-1), 'critical')

    const shared = agent.compose(interceptors.dedupe())
    calls = 0
    t.same(await Promise.all([ask(shared), ask(shared)]), [200, 200])
    t.equal(calls, 1)

    const all = agent.compose(
      interceptors.propagate(),
      interceptors.limiter(),
      interceptors.breaker(),
      interceptors.throttle(),
      interceptors.attempts({ retry: { delay }, hedge: true }),
      interceptors.deadline(),
      interceptors.dedupe(),
    )
    failures = 1
    t.equal(await ask(all), 200)
    const pool = new undici.Pool(origin)
    t.teardown(() => pool.destroy())
    const composed = pool.compose(interceptors.attempts({ retry: { delay } }))
    failures = 1
    const { statusCode, body } = await composed.request({ path: '/', method: 'GET' } as never)
    await body.dump()
    t.equal(statusCode, 200, 'a pool says no origin')
  })

  t.test(`${name}: what a guard here refuses is not retried`, async (t) => {
    const { origin } = await serve(t, () => {})
    const agent = new undici.Agent()
    t.teardown(() => agent.destroy())
    const limited = agent.compose(
      interceptors.limiter({ minLimit: 1, maxLimit: 1, maxQueued: 1, maxWaitMs: 10 }),
      interceptors.attempts(),
    )
    const stop = new AbortController()
    const ask = () => undici.request(origin, { dispatcher: limited, signal: stop.signal })
    const stuck = failureOf(ask())
    t.match(await failureOf(ask()), {
      code: 'HG_ERR_TIMEOUT',
      reason: 'queue',
      outcome: 'not-sent',
      attempts: 1,
    })
    stop.abort()
    await stuck
  })

  t.test(`${name}: mocks are heard of, though they answer in the same turn`, async (t) => {
    const mock = new undici.MockAgent()
    mock.disableNetConnect()
    t.teardown(() => mock.close())
    const pool = mock.get('http://mock.test')
    pool.intercept({ path: '/' }).reply(503, 'full')
    pool.intercept({ path: '/' }).reply(200, 'ok', { trailers: { end: '1' } })
    pool
      .intercept({ path: '/' })
      .replyWithError(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
    pool.intercept({ path: '/' }).reply(204, '')
    const dispatcher = resilient(mock, {
      retry: { delay: { overloadBaseDelayMs: 1, baseDelayMs: 1 } },
    })
    const first = await undici.request('http://mock.test/', { dispatcher })
    t.equal(first.statusCode, 200)
    t.equal(await first.body.text(), 'ok')
    const second = await undici.request('http://mock.test/', { dispatcher })
    t.equal(second.statusCode, 204)
    await second.body.dump()
    t.match(dispatcher.stats(), { calls: 2, succeeded: 2, retries: 2, active: 0 })
  })

  t.test(`${name}: wrong options are told at once`, async (t) => {
    const check = (make: () => unknown) => t.throws(make, { code: 'HG_ERR_OPTION' })
    check(() => interceptors.attempts({ tries: 1 } as never))
    check(() => interceptors.limiter(0))
    check(() => interceptors.throttle({ multiplier: 0 }))
    check(() => interceptors.breaker({ minCalls: 0 }))
    check(() => interceptors.deadline({ totalMs: 0 }))
    check(() => interceptors.propagate({ origins: ['x'] }))
    check(() => interceptors.dedupe({ maxBytes: -1 }))
  })
}
