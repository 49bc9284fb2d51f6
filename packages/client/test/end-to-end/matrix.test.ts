import t from 'tap'
import { createClient, interceptors, resilient } from '../../src/index.ts'
import { serve } from '../fixtures/serve.ts'
import { ALL_UNDICIS } from '../fixtures/undicis.ts'

/*
 * Each way to make a request, with each undici that loads on this Node.js: it ends, and two cookies stay two.
 */

for (const [name, undici] of Object.entries(ALL_UNDICIS)) {
  t.test(
    `${name} on Node.js ${process.versions.node} (fetch of ${process.versions.undici})`,
    async (t) => {
      let turn = 0
      const { origin } = await serve(t, (request, response) => {
        turn += 1
        // Each second answer has to be asked for twice.
        const isFull = turn % 3 === 0
        response.writeHead(isFull ? 503 : 200, [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['retry-after', '0'],
        ] as never)
        request.resume().on('end', () => response.end('x'.repeat(100_000)))
      })
      const quick = { retry: { delay: { overloadBaseDelayMs: 1 } }, throttle: false } as const
      const client = createClient({ undici, origin, ...quick })
      const agent = new undici.Agent()
      const wrapped = resilient(agent, quick)
      const composed = agent.compose(interceptors.attempts({ retry: quick.retry }))
      const pool = new undici.Pool(origin)
      const pooled = pool.compose(interceptors.attempts({ retry: quick.retry }))
      const mocked = resilient(mockOf(undici, origin), quick)
      const before = undici.getGlobalDispatcher()
      t.teardown(async () => {
        undici.setGlobalDispatcher(before)
        await client.close()
        await agent.destroy()
        await pool.destroy()
      })
      type Answer = { cookies: unknown; length: number }
      const byRequest = async (dispatcher: unknown): Promise<Answer> => {
        const { headers, body } = await undici.request(origin, { dispatcher: dispatcher as never })
        return { cookies: headers['set-cookie'], length: (await body.text()).length }
      }
      const byFetch = async (get: () => Promise<unknown>): Promise<Answer> => {
        const response = (await get()) as Response
        return { cookies: response.headers.getSetCookie(), length: (await response.text()).length }
      }
      const body = 'y'.repeat(50_000)
      const put = { method: 'PUT', body }
      const ways: Record<string, () => Promise<Answer>> = {
        'client.request': async () => {
          const { headers, body } = await client.request({ path: '/' })
          return { cookies: headers['set-cookie'], length: (await body.text()).length }
        },
        'client.fetch': () => byFetch(() => client.fetch('/')),
        'client.fetch with a body': () => byFetch(() => client.fetch('/', put)),
        'request, dispatcher of the client': () => byRequest(client.dispatcher),
        'request, resilient': () => byRequest(wrapped),
        'request, composed': () => byRequest(composed),
        'request, a composed pool': () => byRequest(pooled),
        'request, a mock': () => byRequest(mocked),
        'fetch of undici, a mock': () =>
          byFetch(() => undici.fetch(origin, { dispatcher: mocked })),
        'fetch of Node.js, a mock': () =>
          byFetch(() => fetch(origin, { dispatcher: mocked } as object)),
        'fetch of undici, resilient': () =>
          byFetch(() => undici.fetch(origin, { dispatcher: wrapped })),
        'fetch of Node.js, resilient': () =>
          byFetch(() => fetch(origin, { dispatcher: wrapped } as object)),
        'fetch of Node.js with a body': () =>
          byFetch(() => fetch(origin, { ...put, dispatcher: wrapped } as object)),
        'fetch of Node.js, client': () =>
          byFetch(() => fetch(origin, { dispatcher: client.dispatcher } as object)),
        'global dispatcher, request': () => {
          undici.setGlobalDispatcher(wrapped)
          return byRequest(undefined)
        },
        'global dispatcher, fetch of undici': () => byFetch(() => undici.fetch(origin)),
        'global dispatcher, fetch of Node.js': () => byFetch(() => fetch(origin)),
      }
      for (const [way, ask] of Object.entries(ways)) {
        for (let n = 0; n < 3; n += 1) {
          const timer = new Promise<never>((_resolve, reject) => {
            setTimeout(() => reject(new Error(`${way}: it hangs`)), 20_000).unref()
          })
          const answer = await Promise.race([ask(), timer])
          t.same(answer, { cookies: ['a=1', 'b=2'], length: 100_000 }, way)
        }
      }
    },
  )
}

/** Refuses each second request, in the same turn. */
function mockOf(undici: (typeof ALL_UNDICIS)[string], origin: string) {
  const mock = new undici.MockAgent()
  mock.disableNetConnect()
  const pool = mock.get(origin)
  const headers = { 'set-cookie': ['a=1', 'b=2'], 'retry-after': '0' }
  for (let n = 0; n < 10; n += 1) {
    pool.intercept({ path: '/' }).reply(503, 'full', { headers })
    pool.intercept({ path: '/' }).reply(200, 'x'.repeat(100_000), { headers })
  }
  return mock
}
