import { gunzipSync } from 'node:zlib'
import type { Test } from 'tap'
import { ask } from './ask.ts'
import type { SharingHost } from './host-under-test.ts'
import { get, RawSocket } from './raw-socket.ts'
import { SharedStage } from './shared-stage.ts'
import { until } from './until.ts'

const COLLAPSED = 'headgate; fwd=uri-miss; collapsed'

/** What is shared is whole, and the same for all. */
export function testSharedAnswers(t: Test, host: SharingHost): void {
  t.test(`${host.name}: equal requests are one, and hold one permit`, async (t) => {
    const shared = await SharedStage.open(t, host, { options: { limit: 2 } })
    const { stage } = shared
    const answers = await shared.crowd(5, { path: '/shared/text?b=2&a=1' })
    const reordered = ask(stage.port, { path: '/shared/text?a=1&b=2' })
    await shared.waiting(5)
    t.equal(stage.admission.snapshot().inFlight, 1)
    stage.service.finishAll()
    const all = await Promise.all([...answers, reordered])
    t.ok(all.every(({ statusCode, body }) => statusCode === 200 && body === all[0]?.body))
    t.ok(all.every(({ headers }) => headers['content-type'] === 'text/plain; charset=utf-8'))
    t.same(all.filter(({ headers }) => headers['cache-status'] === COLLAPSED).length, 5)
    t.equal(new Set(all.map(({ headers }) => headers['x-request'])).size, 6, 'each has its own')
    t.equal(shared.begun, 1)
    t.equal(stage.admission.snapshot().admitted.important, 1)
    await stage.isBack(t)
  })

  t.test(
    `${host.name}: a body comes to all as it is made, and whole to who comes late`,
    async (t) => {
      const shared = await SharedStage.open(t, host)
      const { stage } = shared
      const first = new RawSocket(stage.port).write(get('/shared/stream'))
      await first.hears('first part')
      const late = new RawSocket(stage.port).write(get('/shared/stream'))
      await late.hears('first part')
      stage.service.finishAll()
      for (const client of [first, late]) {
        await client.hears('last part')
        await client.hears('0\r\n\r\n')
      }
      t.equal(shared.begun, 1)
      await stage.isBack(t)
    },
  )

  t.test(`${host.name}: HEAD shares with HEAD`, async (t) => {
    const shared = await SharedStage.open(t, host)
    const { stage } = shared
    const heads = await shared.crowd(3, { path: '/shared/text', method: 'HEAD' })
    const full = ask(stage.port, { path: '/shared/text' })
    await shared.running(2)
    stage.service.finishAll()
    for (const head of heads)
      t.match(await head, { statusCode: 200, body: '', headers: { etag: '"1"' } })
    t.equal((await full).body.length, 340)
    t.equal(shared.begun, 2)
    await stage.isBack(t)
  })

  t.test(`${host.name}: 304 is for those who hold the same`, async (t) => {
    const shared = await SharedStage.open(t, host)
    const { stage } = shared
    const path = '/shared/unchanged'
    const holders = await shared.crowd(3, { path, headers: { 'if-none-match': '"1"' } })
    const other = ask(stage.port, { path, headers: { 'if-none-match': '"0"' } })
    await shared.running(2)
    stage.service.finishAll()
    for (const holder of holders) t.match(await holder, { statusCode: 304, body: '' })
    t.match(await other, { statusCode: 200 })
    t.equal(shared.begun, 2)
    await stage.isBack(t)
  })

  t.test(`${host.name}: a kept answer is served, and 304 to who holds it`, async (t) => {
    const shared = await SharedStage.open(t, host, { coalesce: { ttlMs: 60_000 } })
    const { stage } = shared
    const [first] = await shared.crowd(1, { path: '/shared/text' })
    stage.service.finishAll()
    t.match(await first, { headers: { 'cache-status': 'headgate; fwd=uri-miss; stored' } })
    const hit = await ask(stage.port, { path: '/shared/text' })
    t.match(hit.headers, { age: '0', 'cache-status': /^headgate; hit; ttl=5\d$/ })
    t.equal(hit.body, (await first)?.body)
    const headers = { 'if-none-match': 'W/"1", "2"' }
    const held = await ask(stage.port, { path: '/shared/text', headers })
    t.match(held, { statusCode: 304, body: '', headers: { etag: '"1"' } })
    t.equal(held.headers['content-length'], undefined)
    t.equal(shared.begun, 1)
    await stage.isBack(t)
  })

  t.test(`${host.name}: compressed bodies go to those who asked for them so`, async (t) => {
    const shared = await SharedStage.open(t, host)
    const { stage } = shared
    const path = '/shared/compressed'
    const zipped = await shared.crowd(3, { path, headers: { 'accept-encoding': 'gzip' } })
    const plain = ask(stage.port, { path, headers: { 'accept-encoding': 'identity' } })
    await shared.waiting(3)
    stage.service.finishAll()
    for (const answer of zipped) {
      const { bytes, headers } = await answer
      t.equal(headers['content-encoding'], 'gzip')
      t.match(gunzipSync(bytes).toString(), /^the same for all/)
    }
    await until('the other one runs', () => shared.begun === 2)
    stage.service.finishAll()
    t.match((await plain).body, /^the same for all/)
    t.equal((await plain).headers['content-encoding'], undefined)
    await stage.isBack(t)
  })

  t.test(
    `${host.name}: what is kept and stale is served where the gate would refuse`,
    async (t) => {
      const coalesce = { ttlMs: 0.001, staleMs: 60_000, stale: 'instead-of-reject' } as const
      const shared = await SharedStage.open(t, host, {
        options: { limit: 1, queue: false },
        coalesce,
      })
      const { stage } = shared
      const [first] = await shared.crowd(1, { path: '/shared/text' })
      stage.service.finishAll()
      await first
      await stage.isBack(t)
      stage.occupy()
      const { statusCode, headers, body } = await ask(stage.port, { path: '/shared/text' })
      t.same([statusCode, body], [200, (await first)?.body])
      t.match(headers['cache-status'], /^headgate; fwd=stale; ttl=-1; detail=overload$/)
      t.match(headers.age, /^\d+$/)
      t.equal(headers.warning, undefined)
      t.equal((await ask(stage.port, { path: '/shared/text?never' })).statusCode, 503)
      stage.release()
      await stage.isBack(t)
    },
  )
}
