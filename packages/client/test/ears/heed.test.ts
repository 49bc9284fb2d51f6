import t from 'tap'
import { createClient } from '../../src/index.ts'
import { failureOf, serve } from '../fixtures/serve.ts'

t.test('a rate that is used up is not asked for', async (t) => {
  let calls = 0
  const { origin } = await serve(t, (_request, response) => {
    calls += 1
    response.setHeader('ratelimit', '"default";r=0;t=30')
    response.end()
  })
  const client = createClient({ origin })
  t.teardown(() => client.close())
  await (await client.request({ path: '/' })).body.dump()
  const error = await failureOf(client.request({ path: '/' }))
  t.match(error, { code: 'HG_ERR_THROTTLED', reason: 'rate', outcome: 'not-sent', attempts: 0 })
  t.ok((error.retryAfterMs ?? 0) > 29_000)
  t.equal(calls, 1)
  const deaf = createClient({ origin, throttle: false })
  t.teardown(() => deaf.close())
  for (let n = 0; n < 2; n += 1) await (await deaf.request({ path: '/' })).body.dump()
  t.equal(calls, 3)
})

t.test('hints that are garbage change nothing', async (t) => {
  const { origin } = await serve(t, (request, response) => {
    const isBad = request.headers['x-request-attempt'] === undefined
    const garbage = {
      'retry-after': '-5, soon',
      'x-nack': 'perhaps',
      'x-overload': 'scope=galaxy',
      'x-capabilities': ',,;no-hedge?',
      ratelimit: '???',
      'endpoint-load-metrics': 'TEXT application_utilization=1e999',
    }
    response.writeHead(isBad ? 502 : 200, garbage).end('body')
  })
  const client = createClient({
    upstreams: [origin],
    hedge: true,
    retry: { delay: { baseDelayMs: 1 } },
  })
  t.teardown(() => client.close())
  const { statusCode, body } = await client.request({ path: '/' })
  t.equal(statusCode, 200)
  t.equal(await body.text(), 'body')
})
