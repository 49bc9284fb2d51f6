import type { Test } from 'tap'
import { ask } from './ask.ts'
import type { HostUnderTest } from './host-under-test.ts'
import { get, RawSocket } from './raw-socket.ts'
import { Stage } from './stage.ts'
import { until } from './until.ts'

/** A handler hears when nobody needs its work any more; and the permit goes back when it is to. */
export function testEnds(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: a handler hears that its client has left`, async (t) => {
    const stage = await Stage.open(t, host)
    const client = new RawSocket(stage.port).write(get('/watch'))
    await until('its handler runs', () => stage.service.begun === 1)
    client.socket.destroy()
    await until('it is told', () => stage.service.stopped.length === 1)
    await stage.isBack(t)
    t.same(stage.service.stopped, ['AbortError'])
    t.equal(stage.admission.snapshot().overdue, 0, 'its end was seen')
  })

  t.test(`${host.name}: a handler hears that its deadline has passed`, async (t) => {
    const stage = await Stage.open(t, host, { host: { trust: () => true } })
    const headers = { 'x-request-deadline-ms': '50' }
    const { body } = await ask(stage.port, { path: '/watch', headers })
    t.equal(body, 'stopped', 'it may still answer')
    t.same(stage.service.stopped, ['TimeoutError'])
    // One that is answered in time leaves no timer behind, which the stage looks for in the end.
    const inTime = { 'x-request-deadline-ms': '60000' }
    const answered = ask(stage.port, { path: '/watch', headers: inTime })
    await until('its handler runs', () => stage.service.begun === 2)
    stage.service.finishAll()
    t.equal((await answered).statusCode, 200)
    await stage.isBack(t)
  })

  t.test(`${host.name}: nothing is held for longer than maxHoldMs`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, maxHoldMs: 150 })
    const silent = new RawSocket(stage.port).write(get('/never'))
    await until('its handler runs', () => stage.service.begun === 1)
    t.match(await ask(stage.port, { path: '/ok' }), { statusCode: 200 }, 'another is served')
    t.equal(stage.admission.snapshot().overdue, 1)
    t.notOk(silent.closed)
    silent.socket.destroy()
    t.equal((await ask(stage.port, { path: '/watch' })).body, 'stopped')
    t.same(stage.service.stopped, ['TimeoutError'])
    await stage.isBack(t)
  })

  t.test(`${host.name}: a permit may go back with the head of a response`, async (t) => {
    const stage = await Stage.open(t, host, { host: { releaseOn: 'headers' } })
    const client = new RawSocket(stage.port).write(get('/events'))
    await client.hears('data: 1')
    await isFreeAtOnce(t, stage)
    client.socket.destroy()
    t.match(await ask(stage.port, { path: '/ok' }), { statusCode: 200, body: 'served' })
    await stage.isBack(t)
  })

  t.test(`${host.name}: a permit may go back with the answer of a handler`, async (t) => {
    const stage = await Stage.open(t, host, { host: { releaseOn: 'handler' } })
    const client = new RawSocket(stage.port)
    client.socket.pause()
    client.write(get('/large'))
    await until('it is sent as far as it goes', () => (stage.sockets[0]?.writableLength ?? 0) > 0)
    await isFreeAtOnce(t, stage)
    client.socket.destroy()
    await stage.isBack(t)
  })

  t.test(`${host.name}: a permit may go back with a client that leaves`, async (t) => {
    const stage = await Stage.open(t, host, { host: { releaseOn: 'response' } })
    const client = new RawSocket(stage.port).write(get('/later'))
    await until('its handler runs', () => stage.service.running === 1)
    client.socket.destroy()
    await until('the permit is back', () => stage.admission.snapshot().inFlight === 0)
    t.equal(stage.service.running, 1, 'though its handler goes on')
    stage.service.finishAll()
    await stage.isBack(t)
  })
}

/** Not only when patience with a slow client ends, as it would anyway. */
async function isFreeAtOnce(t: Test, { admission }: Stage): Promise<void> {
  await until('the permit is back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().detached, 0)
}
