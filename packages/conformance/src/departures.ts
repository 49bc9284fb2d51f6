import type { Test } from 'tap'
import type { HostUnderTest } from './host-under-test.ts'
import { bePatient } from './judging.ts'
import { get, RawSocket } from './raw-socket.ts'
import { Stage } from './stage.ts'
import { turns, until } from './until.ts'

const LIMIT = 3
const POST =
  'POST /ok HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n'

/** Clients that leave: while they wait, while they are worked for, in the middle of either message. */
export function testDepartures(t: Test, host: HostUnderTest): void {
  t.test(
    `${host.name}: who leaves while it waits frees its place, and nobody works for it`,
    async (t) => {
      const stage = await Stage.open(t, host, { limit: 1 })
      stage.occupy()
      const client = new RawSocket(stage.port).write(get('/later'))
      await until('it waits', () => stage.admission.snapshot().queued === 1)
      client.socket.destroy()
      await until('its place is free', () => stage.admission.snapshot().queued === 0)
      stage.release()
      await turns(5)
      await stage.isBack(t)
      t.equal(stage.service.begun, 0)
      t.equal(stage.admission.snapshot().rejected.important.cancelled, 1)
    },
  )

  for (const path of ['/later', '/later-throws']) {
    t.test(
      `${host.name}: work of ${path} is counted until it ends, whoever has left`,
      async (t) => {
        const stage = await Stage.open(t, host, { limit: LIMIT, queue: false })
        const { service, admission } = stage
        bePatient(admission)
        for (let n = 0; n < 3 * LIMIT; n += 1) {
          const client = new RawSocket(stage.port).write(get(path))
          if (n < LIMIT) await until('its handler runs', () => service.running === n + 1)
          else await until('it is refused', () => client.count(503) === 1)
          client.socket.resetAndDestroy()
        }
        await until('all are abandoned', () => admission.snapshot().abandoned === LIMIT)
        t.match(admission.snapshot(), { inFlight: LIMIT, admitted: { important: LIMIT } })
        service.finishAll()
        t.equal(service.mostRunning, LIMIT)
        await stage.isBack(t)
        t.equal(admission.snapshot().overdue, 0, 'each end was seen')
      },
    )
  }

  for (const path of ['/gives-up', '/never', '/hijack-never']) {
    t.test(`${host.name}: ${path} is not waited for for ever`, async (t) => {
      const stage = await Stage.open(t, host, { limit: LIMIT })
      const client = new RawSocket(stage.port).write(get(path))
      await until('its handler runs', () => stage.service.begun === 1)
      client.socket.destroy()
      await until('it has left', () => stage.sockets[0]?.destroyed === true)
      stage.service.finishAll()
      await stage.isBack(t)
    })
  }

  t.test(`${host.name}: a body that stops half-way, and its client`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const client = new RawSocket(stage.port).write(`${POST}half`)
    await until('it is let in', () => stage.admission.snapshot().inFlight === 1)
    client.socket.destroy()
    await stage.isBack(t)
    const patient = new RawSocket(stage.port).write(`${POST}half`)
    await until('another is let in', () => stage.admission.snapshot().admitted.important === 2)
    await until('its permit goes back, though it stays', () => isFree(stage))
    t.notOk(patient.closed)
    patient.socket.destroy()
    await stage.isBack(t)
  })

  t.test(`${host.name}: a response that is destroyed, and one that nobody reads`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const destroyed = new RawSocket(stage.port).write(get('/destroy'))
    await until('it is cut off', () => destroyed.closed)
    await stage.isBack(t)
    const client = new RawSocket(stage.port)
    client.socket.pause()
    client.write(get('/large'))
    await until(
      'it is sent as far as it goes',
      () => (stage.sockets.at(-1)?.writableLength ?? 0) > 0,
    )
    await until('the permit goes back, though nobody reads', () => isFree(stage))
    t.notOk(client.closed)
    client.socket.destroy()
    await stage.isBack(t)
  })

  t.test(`${host.name}: an event stream that goes on, or ends with its client`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const client = new RawSocket(stage.port).write(get('/events'))
    await client.hears('data: 1')
    await until('its permit goes back while it listens', () => isFree(stage))
    t.notOk(client.closed)
    client.socket.destroy()
    await stage.isBack(t)
    t.equal(stage.admission.snapshot().overdue, 0)
  })

  t.test(`${host.name}: pipelined requests on a socket that dies`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const client = new RawSocket(stage.port).write(get('/later').repeat(10))
    await until('three run', () => stage.service.running === LIMIT)
    await until('seven wait', () => stage.admission.snapshot().queued === 7)
    t.ok((stage.sockets[0]?.listenerCount('close') ?? 9) <= 5, 'one listener for all of them')
    client.socket.destroy()
    await until('nobody waits any more', () => stage.admission.snapshot().queued === 0)
    stage.service.finishAll()
    await stage.isBack(t)
    t.equal(stage.service.begun, LIMIT)
  })
}

function isFree({ admission }: Stage): boolean {
  return admission.snapshot().inFlight === 0
}
