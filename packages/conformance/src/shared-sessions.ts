import type { ClientHttp2Session } from 'node:http2'
import { constants } from 'node:http2'
import { gunzipSync } from 'node:zlib'
import type { Test } from 'tap'
import { HeardStream } from './heard-stream.ts'
import type { SharingHost } from './host-under-test.ts'
import { openSession } from './session.ts'
import { SharedStage } from './shared-stage.ts'
import { until } from './until.ts'

const LONG = { coalesce: { maxAgeMs: 30_000 } }
const FLOOD_BYTES = 8 * 2 ** 20

/** The laws of sharing over HTTP/2: the same, with streams for connections. */
export function testSharedSessions(t: Test, host: SharingHost): void {
  const { startHttp2 } = host
  if (startHttp2 === undefined) return
  const over = { ...host, name: `${host.name}, HTTP/2`, start: startHttp2 }
  testSharedStreams(t, over)
  testLeavingStreams(t, over)
  testFailingStreams(t, over)
}

interface Opened {
  readonly shared: SharedStage
  readonly client: ClientHttp2Session
  /** The first, and once its handler runs or has begun to answer, as many others. */
  crowd(others: number, headers: Readonly<Record<string, string>>): Promise<HeardStream[]>
}

async function open(t: Test, host: SharingHost, options = {}): Promise<Opened> {
  const shared = await SharedStage.open(t, host, options)
  const client = openSession(t, shared.stage)
  const crowd: Opened['crowd'] = async (others, headers) => {
    const first = new HeardStream(client, headers)
    await shared.running(1)
    const all = [first, ...Array.from({ length: others }, () => new HeardStream(client, headers))]
    await shared.waiting(others)
    return all
  }
  return { shared, client, crowd }
}

function testSharedStreams(t: Test, host: SharingHost): void {
  t.test(`${host.name}: equal streams are one, and hold one permit`, async (t) => {
    const { shared, crowd } = await open(t, host)
    const all = await crowd(4, { ':path': '/shared/text' })
    t.equal(shared.stage.admission.snapshot().inFlight, 1)
    shared.stage.service.finishAll()
    for (const one of all) t.ok(await one.isWhole())
    t.ok(all.every(({ statusCode, body }) => statusCode === 200 && /^the same/.test(body)))
    t.equal(new Set(all.map(({ headers }) => headers['x-request'])).size, 5, 'each has its own')
    t.equal(all[1]?.headers['cache-status'], 'headgate; fwd=uri-miss; collapsed')
    t.equal(shared.begun, 1)
    await shared.stage.isBack(t)
  })

  t.test(`${host.name}: HEAD, 304, and a compressed body`, async (t) => {
    const { shared, crowd } = await open(t, host)
    const kinds: readonly [Readonly<Record<string, string>>, (one: HeardStream) => boolean][] = [
      [
        { ':path': '/shared/text', ':method': 'HEAD' },
        ({ statusCode, headers, body }) => statusCode === 200 && headers.etag === '"1"' && !body,
      ],
      [
        { ':path': '/shared/unchanged', 'if-none-match': '"1"' },
        ({ statusCode, body }) => statusCode === 304 && body === '',
      ],
      [
        { ':path': '/shared/compressed', 'accept-encoding': 'gzip' },
        ({ bytes }) => /^the same/.test(gunzipSync(bytes).toString()),
      ],
    ]
    for (const [headers, isRight] of kinds) {
      if (headers[':method'] === 'HEAD' && host.hangsOnHead) continue
      const all = await crowd(2, headers)
      shared.stage.service.finishAll()
      for (const one of all) t.ok((await one.isWhole()) && isRight(one), JSON.stringify(headers))
    }
    await shared.stage.isBack(t)
  })

  t.test(`${host.name}: a cookie is for one alone, and a part of a body`, async (t) => {
    const { shared, client, crowd } = await open(t, host)
    const all = await crowd(2, { ':path': '/shared/cookie' })
    shared.stage.service.finishAll()
    await shared.running(2)
    shared.stage.service.finishAll()
    for (const one of all) t.ok(await one.isWhole())
    t.equal(new Set(all.map(({ body }) => body)).size, 3)
    const ranged = { ':path': '/shared/range', range: 'bytes=0-3' }
    const parts = [new HeardStream(client, ranged), new HeardStream(client, ranged)]
    await shared.running(2)
    shared.stage.service.finishAll()
    for (const part of parts) t.ok((await part.isWhole()) && part.statusCode === 206)
    await shared.stage.isBack(t)
  })
}

function testLeavingStreams(t: Test, host: SharingHost): void {
  t.test(`${host.name}: the first is reset before its answer, one other too`, async (t) => {
    const { shared, crowd } = await open(t, host, LONG)
    const [first, second, third] = await crowd(2, { ':path': '/shared/text' })
    first?.stream.close(constants.NGHTTP2_CANCEL)
    second?.stream.close(constants.NGHTTP2_CANCEL)
    await shared.waiting(1)
    shared.stage.service.finishAll()
    t.ok((await third?.isWhole()) && /^the same/.test(third?.body ?? ''))
    t.equal(shared.begun, 1)
    await shared.stage.isBack(t)
  })

  t.test(`${host.name}: the first is reset in the middle of a body`, async (t) => {
    const { shared, client } = await open(t, host, LONG)
    const [first, other] = [0, 1].map(() => new HeardStream(client, { ':path': '/shared/stream' }))
    for (const one of [first, other]) await one?.hears('first part')
    first?.stream.close(constants.NGHTTP2_CANCEL)
    await until('it has left', () => first?.isOver === true)
    shared.stage.service.finishAll()
    t.ok((await other?.isWhole()) && other?.body === 'first part, last part')
    t.equal(shared.begun, 1)
    await shared.stage.isBack(t)
  })

  t.test(`${host.name}: the first is reset, who did not read its body`, async (t) => {
    const { shared, client } = await open(t, host, LONG)
    const first = new HeardStream(client, { ':path': '/shared/flood' }, false)
    await shared.running(1)
    // A session of its own: what one stream does not read, others of its session would wait for.
    const elsewhere = openSession(t, shared.stage)
    const other = new HeardStream(elsewhere, { ':path': '/shared/flood' })
    await shared.waiting(1)
    shared.stage.service.finishAll()
    await until('its head is there', () => first.statusCode === 200)
    first.stream.close(constants.NGHTTP2_CANCEL)
    t.ok(await other.isWhole())
    t.equal(other.bytes.length, FLOOD_BYTES)
    t.equal(shared.begun, 1)
    await shared.stage.isBack(t)
  })

  t.test(`${host.name}: the session of the first dies`, async (t) => {
    const { shared, client } = await open(t, host, LONG)
    new HeardStream(client, { ':path': '/shared/text' })
    await shared.running(1)
    const other = new HeardStream(openSession(t, shared.stage), { ':path': '/shared/text' })
    await shared.waiting(1)
    client.destroy()
    await until('it has left', () => shared.stage.sockets[0]?.destroyed === true)
    shared.stage.service.finishAll()
    t.ok((await other.isWhole()) && /^the same/.test(other.body))
    t.equal(shared.begun, 1)
    await shared.stage.isBack(t)
  })
}

function testFailingStreams(t: Test, host: SharingHost): void {
  t.test(`${host.name}: an answer that breaks in the middle is whole for no other`, async (t) => {
    const { shared, client } = await open(t, host)
    const all = [0, 1, 2].map(() => new HeardStream(client, { ':path': '/shared/breaks' }))
    for (const one of all) await one.hears('first part')
    t.equal(shared.begun, 1)
    shared.stage.service.finishAll()
    // How the first ends is the host's own matter: Node resets a stream that is destroyed without an error.
    for (const one of all.slice(1)) t.notOk(await one.isWhole())
    await until('the first is over', () => all[0]?.isOver === true)
    await shared.stage.isBack(t)
  })

  for (const path of ['/shared/fails', '/shared/throws']) {
    t.test(`${host.name}: ${path}: all get what was good before`, async (t) => {
      const bridged = { coalesce: { ttlMs: 0.001, staleIfErrorMs: 60_000 } }
      const { shared, client, crowd } = await open(t, host, bridged)
      const good = new HeardStream(client, { ':path': path })
      await shared.running(1)
      shared.stage.service.finishAll()
      t.ok((await good.isWhole()) && good.body === 'good')
      const all = await crowd(2, { ':path': path })
      shared.stage.service.finishAll()
      for (const one of all) {
        t.ok(await one.isWhole())
        t.same([one.statusCode, one.body, one.headers['x-failure']], [200, 'good', undefined])
        t.match(one.headers['cache-status'], /^headgate; fwd=stale; fwd-status=50[03]/)
      }
      await shared.stage.isBack(t)
    })
  }

  t.test(`${host.name}: what is stale is served where the gate would refuse`, async (t) => {
    const coalesce = { ttlMs: 0.001, staleMs: 60_000, stale: 'instead-of-reject' } as const
    const { shared, client } = await open(t, host, {
      options: { limit: 1, queue: false },
      coalesce,
    })
    const { stage } = shared
    const first = new HeardStream(client, { ':path': '/shared/text' })
    await shared.running(1)
    stage.service.finishAll()
    t.ok(await first.isWhole())
    await stage.isBack(t)
    stage.occupy()
    const next = new HeardStream(client, { ':path': '/shared/text' })
    t.ok((await next.isWhole()) && next.statusCode === 200)
    t.match(next.headers['cache-status'], /detail=overload$/)
    stage.release()
    await stage.isBack(t)
  })
}
