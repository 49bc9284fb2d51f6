import type { Test } from 'tap'
import { ask, oneConnection, type Question } from './ask.ts'
import type { HostUnderTest } from './host-under-test.ts'
import { get, RawSocket } from './raw-socket.ts'
import { Stage } from './stage.ts'
import { until } from './until.ts'

const POST: Question = {
  path: '/ok',
  method: 'POST',
  headers: { 'content-type': 'text/plain' },
  body: 'x',
}
const BODIES: Readonly<Record<string, readonly [number, string]>> = {
  '/ok': [200, 'served'],
  '/stream': [200, 'part'.repeat(4)],
  '/hijack': [200, 'raw'],
  '/empty': [204, ''],
  '/unchanged': [304, ''],
}
const STATUSES: Readonly<Record<string, number>> = {
  '/throws': 500,
  '/rejects': 500,
  '/broken-later': 500,
  '/nowhere': 404,
}

/** Everything that has an answer gets it unchanged, and every permit comes back. */
export function testAnswers(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: answers come as they are, and every permit comes back`, async (t) => {
    const stage = await Stage.open(t, host)
    for (const [path, [statusCode, body]] of Object.entries(BODIES)) {
      t.match(await ask(stage.port, { path }), { statusCode, body }, path)
    }
    for (const [path, statusCode] of Object.entries(STATUSES)) {
      t.equal((await ask(stage.port, { path })).statusCode, statusCode, path)
    }
    t.match(await ask(stage.port, { path: '/ok', method: 'HEAD' }), { statusCode: 200, body: '' })
    t.match(await ask(stage.port, POST), { statusCode: 200, body: 'served' })
    await stage.isBack(t)
    const asked = Object.keys(BODIES).length + Object.keys(STATUSES).length + 2
    t.equal(stage.admission.snapshot().admitted.important, asked, 'each was counted once')
  })

  t.test(`${host.name}: a kept connection gathers nothing`, async (t) => {
    const stage = await Stage.open(t, host)
    const agent = oneConnection()
    t.teardown(() => agent.destroy())
    const paths = ['/ok', '/empty', '/unchanged', '/stream', '/rejects', '/hijack', '/livez']
    let listeners = 0
    for (let round = 0; round < 4; round += 1) {
      for (const path of paths) await ask(stage.port, { path, agent })
      await stage.isBack(t)
      const socket = stage.sockets.at(-1)
      const names = socket?.eventNames() ?? []
      const count = names.reduce((sum, name) => sum + (socket?.listenerCount(name) ?? 0), 0)
      if (round === 0) listeners = count
      t.equal(count, listeners, `listeners after round ${round}`)
    }
  })

  t.test(`${host.name}: pipelined requests are answered in order`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 2 })
    const client = new RawSocket(stage.port)
    client.write(get('/ok') + get('/stream') + get('/hijack') + get('/ok'))
    await until('four answers come', () => client.count(200) === 4)
    await client.hears('0\r\n\r\n')
    await stage.isBack(t)
  })

  t.test(`${host.name}: probes are served whatever happens, and not counted`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: false })
    stage.occupy()
    t.match(await ask(stage.port, { path: '/livez' }), { statusCode: 200, body: 'alive' })
    t.equal((await ask(stage.port, { path: '/ok' })).statusCode, 503)
    stage.release()
    t.equal(stage.admission.snapshot().admitted.important, 0)
    await stage.isBack(t)
  })

  t.test(`${host.name}: an upgrade goes past the gate`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: false })
    stage.host.server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n')
    })
    stage.occupy()
    const client = new RawSocket(stage.port)
    client.write('GET /ok HTTP/1.1\r\nhost: a\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n')
    await client.hears('101 Switching Protocols')
    stage.release()
    await stage.isBack(t)
  })
}
