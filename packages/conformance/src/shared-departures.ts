import type { Server } from 'node:net'
import type { Test } from 'tap'
import { ask } from './ask.ts'
import { RANDOM_PATHS, type SharingHost } from './host-under-test.ts'
import { leavingClients } from './leaving-clients.ts'
import { get, RawSocket } from './raw-socket.ts'
import { seededRandom } from './seeded-random.ts'
import { SharedStage } from './shared-stage.ts'
import { until } from './until.ts'

/** As raw requests say it: an answer for another host is another. */
const HEADERS = { host: 'a' }
/** What would have to be waited for, no test waits for. */
const LONG = { coalesce: { maxAgeMs: 30_000 } }
const ABORTS = Number(process.env.HEADGATE_ABORTS ?? 200)

/** Whoever leaves, the others get theirs; nobody takes a part for the whole. */
export function testSharedDepartures(t: Test, host: SharingHost): void {
  t.test(`${host.name}: the first leaves before its answer, and the others get it`, async (t) => {
    const shared = await SharedStage.open(t, host)
    const { stage } = shared
    const leader = new RawSocket(stage.port).write(get('/shared/text'))
    await shared.running(1)
    const followers = [1, 2].map(() => ask(stage.port, { path: '/shared/text', headers: HEADERS }))
    await shared.waiting(2)
    leader.socket.resetAndDestroy()
    await until('it has left', () => stage.sockets[0]?.destroyed === true)
    stage.service.finishAll()
    for (const answer of followers) t.match(await answer, { statusCode: 200, body: /^the same/ })
    t.equal(shared.begun, 1)
    await stage.isBack(t)
  })

  t.test(
    `${host.name}: the first leaves in the middle of a body, and the other gets it all`,
    async (t) => {
      const shared = await SharedStage.open(t, host, LONG)
      const { stage } = shared
      const leader = new RawSocket(stage.port).write(get('/shared/stream'))
      await leader.hears('first part')
      const follower = new RawSocket(stage.port).write(get('/shared/stream'))
      await follower.hears('first part')
      leader.socket.resetAndDestroy()
      await until('it has left', () => stage.sockets[0]?.destroyed === true)
      stage.service.finishAll()
      await follower.hears('last part')
      await follower.hears('0\r\n\r\n')
      t.equal(shared.begun, 1)
      await stage.isBack(t)
    },
  )

  t.test(
    `${host.name}: the first leaves a body that it did not read, and the other gets it all`,
    async (t) => {
      const shared = await SharedStage.open(t, host, LONG)
      const { stage } = shared
      const leader = new RawSocket(stage.port)
      leader.socket.pause()
      leader.write(get('/shared/flood'))
      await shared.running(1)
      const follower = ask(stage.port, { path: '/shared/flood', headers: HEADERS })
      await shared.waiting(1)
      stage.service.finishAll()
      // As far as the kernel takes it: then the handler waits for the first to read on.
      await until('the first holds it up', () => (stage.sockets[0]?.writableLength ?? 0) > 0)
      leader.socket.resetAndDestroy()
      t.equal((await follower).bytes.length, 8 * 2 ** 20)
      t.equal(shared.begun, 1)
      await stage.isBack(t)
    },
  )

  t.test(`${host.name}: a handler that gives up with its client has a successor`, async (t) => {
    const shared = await SharedStage.open(t, host, { coalesce: { maxAgeMs: 1_000 } })
    const { stage } = shared
    const leader = new RawSocket(stage.port).write(get('/never'))
    await until('its handler runs', () => stage.service.begun === 1)
    const follower = new RawSocket(stage.port).write(get('/never'))
    await shared.waiting(1)
    leader.socket.resetAndDestroy()
    await until('another handler runs', () => stage.service.begun === 2)
    await shared.waiting(0)
    follower.socket.destroy()
    await stage.isBack(t)
  })

  t.test(`${host.name}: followers leave, and the last one of all ends it`, async (t) => {
    const shared = await SharedStage.open(t, host)
    const { stage } = shared
    const clients = [1, 2, 3].map(() => new RawSocket(stage.port))
    clients[0]?.write(get('/shared/text'))
    await shared.running(1)
    for (const client of clients.slice(1)) client.write(get('/shared/text'))
    await shared.waiting(2)
    clients[1]?.socket.destroy()
    await shared.waiting(1)
    clients[0]?.socket.destroy()
    clients[2]?.socket.destroy()
    await shared.waiting(0)
    const next = ask(stage.port, { path: '/shared/text', headers: HEADERS })
    await shared.running(2)
    stage.service.finishAll()
    t.match(await next, { statusCode: 200 })
    await stage.isBack(t)
  })

  t.test(`${host.name}: an answer that breaks in the middle is whole for nobody`, async (t) => {
    const shared = await SharedStage.open(t, host, { coalesce: { ttlMs: 60_000 } })
    const { stage } = shared
    const clients = [1, 2, 3].map(() => new RawSocket(stage.port))
    for (const client of clients) {
      client.write(get('/shared/breaks'))
      await client.hears('first part')
    }
    t.equal(shared.begun, 1)
    stage.service.finishAll()
    await until('all are cut off', () => clients.every(({ closed }) => closed))
    t.ok(clients.every(({ text }) => !text.includes('0\r\n\r\n')))
    const next = new RawSocket(stage.port).write(get('/shared/breaks'))
    await until('nothing is kept', () => shared.begun === 2)
    next.socket.destroy()
    stage.service.finishAll()
    await stage.isBack(t)
  })

  const seed = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 1e9))
  t.test(`${host.name}: ${ABORTS} clients leave at random, seed ${seed}`, async (t) => {
    const options = { limit: 6, queue: { maxWaitMs: 20, maxQueued: 12 } }
    const coalesce = { ttlMs: 5, staleMs: 20, maxAgeMs: 50 }
    const shared = await SharedStage.open(t, host, { options, coalesce })
    const { stage } = shared
    const report = await leavingClients({
      server: stage.host.server as Server,
      random: seededRandom(seed),
      aborts: ABORTS,
      concurrency: 20,
      paths: RANDOM_PATHS,
    })
    t.comment(JSON.stringify(report))
    await stage.isBack(t)
    await shared.waiting(0)
    t.equal((await ask(stage.port, { path: '/ok' })).body, 'served')
  })
}
