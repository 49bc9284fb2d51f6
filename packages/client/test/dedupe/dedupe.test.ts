import t from 'tap'
import { type ClientOptions, createClient } from '../../src/index.ts'
import { failureOf, serve, type Teardown } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

for (const [name, undici] of Object.entries(UNDICIS)) {
  const setUp = async (
    t: Teardown,
    options: ClientOptions = {},
    answer: () => string | Buffer = () => 'same',
  ) => {
    let calls = 0
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const { origin } = await serve(t, async (_request, response) => {
      calls += 1
      await gate
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end(answer())
    })
    const client = createClient({ undici, origin, dedupe: true, ...options })
    t.teardown(() => client.close())
    const until = async (count: number) => {
      while (calls < count) await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return { client, go, until, calls: () => calls }
  }

  t.test(`${name}: equal calls are one, and each caller has bytes of its own`, async (t) => {
    const { client, go, until, calls } = await setUp(t)
    const asked = [1, 2, 3].map(() => client.request({ path: '/x', headers: { a: 'b' } }))
    const fetched = client.fetch('/x', { headers: { a: 'b' } })
    await until(1)
    go()
    const bodies: string[] = []
    for (const response of await Promise.all(asked)) {
      t.same(response.headers['set-cookie'], ['a=1', 'b=2'])
      bodies.push(await response.body.text())
    }
    t.same(bodies, ['same', 'same', 'same'])
    t.equal(await (await fetched).text(), 'same')
    t.equal(calls(), 2, 'fetch adds headers of its own, and so is another call')
    t.equal(client.stats().active, 0)
  })

  t.test(`${name}: what differs is not shared`, async (t) => {
    const { client, go, until } = await setUp(t)
    const all = [
      client.request({ path: '/x' }),
      client.request({ path: '/x', headers: { authorization: 'me' } }),
      client.request({ path: '/x', headers: ['authorization', 'you'] }),
      client.request({ path: '/x', query: { a: 1 } }),
      client.request({ path: '/x', method: 'HEAD' }),
      client.request({ path: '/x', method: 'POST' }),
      client.request({ path: '/x', method: 'POST' }),
    ]
    await until(7)
    go()
    for (const { body } of await Promise.all(all)) await body.dump()
    t.pass('seven calls')
  })

  t.test(`${name}: one who leaves, leaves alone, and one in a hurry fails alone`, async (t) => {
    const { client, go, until, calls } = await setUp(t)
    const controller = new AbortController()
    const first = failureOf(client.request({ path: '/x', signal: controller.signal }))
    const second = client.request({ path: '/x' })
    const third = failureOf(client.request({ path: '/x', deadlineMs: 20 }))
    await until(1)
    controller.abort()
    t.match(await first, { name: 'AbortError' })
    t.match(await third, { code: 'HG_ERR_DEADLINE' })
    go()
    t.equal(await (await second).body.text(), 'same')
    t.equal(calls(), 1)
  })

  t.test(`${name}: of a long answer one gets the stream, and the others ask again`, async (t) => {
    const long = Buffer.alloc(300_000, 'x')
    const { client, go, until, calls } = await setUp(t, { dedupe: { maxBytes: 1000 } }, () => long)
    const asked = [1, 2, 3].map(() => client.request({ path: '/x' }))
    await until(1)
    go()
    for (const { body } of await Promise.all(asked)) t.equal((await body.text()).length, 300_000)
    t.equal(calls(), 3)
    t.equal(client.stats().active, 0)
  })

  t.test(`${name}: a key of one's own, and one that makes no sense`, async (t) => {
    const key = ({ path }: { path: string }) => {
      if (path === '/throws') throw new Error('no')
      return path === '/shared' ? 'k' : (5 as unknown as string)
    }
    const { client, go, until, calls } = await setUp(t, { dedupe: { key } })
    const asked = ['/shared', '/shared', '/number', '/number', '/throws'].map((path) =>
      client.request({ path }),
    )
    await until(4)
    go()
    for (const { body } of await Promise.all(asked)) await body.dump()
    t.equal(calls(), 4)
  })

  t.test(`${name}: wrong options are told`, async (t) => {
    const check = (dedupe: object, option: string) =>
      t.throws(() => createClient({ undici, dedupe }), { code: 'HG_ERR_OPTION', option })
    check({ maxBytes: -1 }, 'dedupe.maxBytes')
    check({ maxAgeMs: 0 }, 'dedupe.maxAgeMs')
    check({ key: 'x' }, 'dedupe.key')
    check({ ttl: 1 }, 'dedupe')
  })
}
