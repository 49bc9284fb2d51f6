import t from 'tap'
import { type ClientOptions, createClient } from '../../src/index.ts'
import { failureOf, serve, type Teardown } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

for (const [name, undici] of Object.entries(UNDICIS)) {
  const client = (t: Teardown, options: ClientOptions) => {
    const made = createClient({ undici, ...options })
    t.teardown(() => made.close())
    return made
  }
  const fleet = (t: Teardown, listeners: Parameters<typeof serve>[1][]) =>
    Promise.all(listeners.map((listener) => serve(t, listener)))

  t.test(`${name}: a replica that fails at once is left alone, and nobody notices`, async (t) => {
    let bad = 0
    const good: Parameters<typeof serve>[1] = (_request, response) => void response.end('ok')
    const all = await fleet(t, [
      (_request, response) => {
        bad += 1
        response.writeHead(502).end()
      },
      good,
      good,
      good,
    ])
    const made = client(t, { upstreams: all.map(({ origin }) => origin) })
    const statuses = new Set<number>()
    for (let n = 0; n < 300; n += 1) {
      const { statusCode, body } = await made.request({ path: '/' })
      await body.dump()
      statuses.add(statusCode)
    }
    t.same([...statuses], [200])
    t.ok(bad < 15, `${bad} of 300 went to the bad one`)
    const [service] = made.stats().services
    t.equal(service?.upstreams.length, 4)
  })

  t.test(`${name}: a nack goes elsewhere at once, whatever the method`, async (t) => {
    let full = true
    const seen: string[] = []
    const replica =
      (at: string): Parameters<typeof serve>[1] =>
      (request, response) => {
        seen.push(`${at} ${request.headers['x-request-attempt'] ?? 1}`)
        const isFull = full
        full = false
        if (isFull) {
          response.writeHead(503, {
            'retry-after': '30',
            'x-nack': '1',
            'x-overload': 'scope=instance',
          })
        }
        response.end(at)
      }
    const all = await fleet(t, [replica('a'), replica('b')])
    const made = client(t, { upstreams: all.map(({ origin }) => origin) })
    const { statusCode, body } = await made.request({ path: '/', method: 'POST', body: 'x' })
    t.equal(statusCode, 200)
    await body.dump()
    t.equal(seen.length, 2)
    t.not(seen[0]?.[0], seen[1]?.[0], 'another one')
    t.match(seen[1], /2;max=3;kind=retry/)
  })

  t.test(`${name}: a service that is full is not asked again`, async (t) => {
    let calls = 0
    const refuse: Parameters<typeof serve>[1] = (_request, response) => {
      calls += 1
      response.writeHead(503, { 'x-overload': 'scope=service' }).end()
    }
    const all = await fleet(t, [refuse, refuse])
    const made = client(t, { upstreams: all.map(({ origin }) => origin) })
    const { statusCode, body } = await made.request({ path: '/' })
    await body.dump()
    t.equal(statusCode, 503)
    t.equal(calls, 1)
  })

  t.test(`${name}: a list that is empty, changes, or makes no sense`, async (t) => {
    const [a, b] = await fleet(t, [
      (_request, response) => void setTimeout(() => response.end('a'), 30),
      (_request, response) => void response.end('b'),
    ])
    const made = client(t, { upstreams: [] })
    t.match(await failureOf(made.request({ path: '/' })), {
      code: 'HG_ERR_NO_UPSTREAM',
      outcome: 'not-sent',
    })
    t.match(await failureOf(made.fetch('/')), { code: 'HG_ERR_NO_UPSTREAM' })
    made.setUpstreams([a?.origin ?? ''])
    const slow = made.request({ path: '/' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    made.setUpstreams([b?.origin ?? ''])
    t.equal(await (await slow).body.text(), 'a', 'what was sent is waited for')
    t.equal(await (await made.request({ path: '/' })).body.text(), 'b')
    t.throws(() => made.setUpstreams(['x']), { code: 'HG_ERR_OPTION' })
    t.equal(
      await (await made.request({ path: '/' })).body.text(),
      'b',
      'a wrong list changes nothing',
    )
    made.setUpstreams([])
    t.match(await failureOf(made.request({ path: '/' })), { code: 'HG_ERR_NO_UPSTREAM' })
  })

  t.test(`${name}: upstreams from somewhere else`, async (t) => {
    const [a] = await fleet(t, [(_request, response) => void response.end('a')])
    let ended = false
    async function* lists() {
      try {
        yield ['nonsense']
        yield [a?.origin ?? '']
        await new Promise((resolve) => setTimeout(resolve, 5))
        throw new Error('the source broke')
      } finally {
        ended = true
      }
    }
    const made = client(t, { upstreams: lists, origin: 'http://orders.test' })
    t.match(await failureOf(made.request({ path: '/' })), { code: 'HG_ERR_NO_UPSTREAM' })
    while (!ended) await new Promise((resolve) => setTimeout(resolve, 5))
    t.equal(await (await made.fetch('/')).text(), 'a', 'old upstreams are better than none')
    const { body } = await undici.request('http://orders.test/', { dispatcher: made.dispatcher })
    t.equal(await body.text(), 'a', 'the name that they go by')
  })

  t.test(`${name}: what is known of a request goes to those who may know it`, async (t) => {
    const seen: Record<string, unknown>[] = []
    const hear: Parameters<typeof serve>[1] = (request, response) => {
      seen.push(request.headers)
      response.end()
    }
    const [a, b] = await fleet(t, [hear, hear])
    const context = () => ({ tier: 'critical', tenant: 'acme', remainingMs: () => 500 }) as const
    const made = client(t, {
      origin: a?.origin ?? '',
      propagate: { origins: [b?.origin ?? ''] },
      context,
    })
    const ask = async (origin: string | undefined, more = {}) => {
      await (await made.request({ path: '/', origin, ...more })).body.dump()
      return seen.at(-1) ?? {}
    }
    const own = await ask(a?.origin)
    const toldMs = Number(own['x-request-deadline-ms'])
    t.ok(toldMs > 0 && toldMs <= 495)
    t.notMatch(own, { 'x-tenant-id': String })
    t.equal(own['x-request-tier'], undefined)
    t.equal(own['x-request-id'], undefined)
    const trusted = await ask(b?.origin, { tenant: 'other' })
    t.match(trusted, { 'x-request-tier': 'critical', 'x-tenant-id': 'other' })
    t.ok(String(trusted['x-request-id']).length > 20)
    const explicit = await ask(b?.origin, { tier: 'optional', requestId: 'r1', deadlineMs: 100 })
    t.match(explicit, { 'x-request-tier': 'optional', 'x-request-id': 'r1' })
    t.ok(Number(explicit['x-request-deadline-ms']) <= 98)
    const odd = await ask(b?.origin, {
      tier: 'urgent',
      tenant: 'a\nb',
      requestId: 5,
      deadlineMs: Number.NaN,
    })
    t.match(odd, { 'x-request-tier': 'critical' }, 'what makes no sense was not said')
    t.equal(odd['x-tenant-id'], undefined)
    const stranger = client(t, { context })
    await (await stranger.request({ path: '/', origin: a?.origin })).body.dump()
    t.equal(
      Object.keys(seen.at(-1) ?? {}).some((header) => header.startsWith('x-')),
      false,
    )
  })
}
