import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { ask } from './ask.ts'
import type { HostUnderTest } from './host-under-test.ts'
import { get, RawSocket } from './raw-socket.ts'
import { Stage } from './stage.ts'
import { until } from './until.ts'

const POST = 'POST /ok HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n'

/** Who is refused, waits or has waited too long hears so, in the one way for all hosts. */
export function testRefusals(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: a refusal keeps the contract, and the connection`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: false })
    stage.occupy()
    const { statusCode, headers, body } = await ask(stage.port, { path: '/ok' })
    t.equal(statusCode, 503)
    t.match(headers, {
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'x-nack': '1',
      'x-overload': 'scope=instance',
    })
    t.match(headers['retry-after'], /^([1-9]|[12][0-9]|30)$/)
    t.match(JSON.parse(body), { status: 503, reason: 'full' })
    const client = new RawSocket(stage.port).write(get('/ok'))
    await client.hears('"reason":"full"')
    client.write('HEAD /ok HTTP/1.1\r\nhost: a\r\n\r\n')
    await until('HEAD is refused', () => client.count(503) === 2)
    client.write(get('/ok'))
    await until('and the next', () => client.count(503) === 3)
    t.equal(client.text.split('"reason"').length - 1, 2, 'HEAD has no body')
    stage.release()
    client.write(get('/ok'))
    await until('the same connection is served', () => client.count(200) === 1)
    await stage.isBack(t)
    t.equal(stage.service.begun, 0)
  })

  t.test(`${host.name}: who comes while there is no permit waits for one`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1 })
    stage.occupy()
    const answer = ask(stage.port, {
      path: '/ok',
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'kept',
    })
    await until('it waits', () => stage.admission.snapshot().queued === 1)
    stage.release()
    t.match(await answer, { statusCode: 200, body: 'served' })
    await stage.isBack(t)
  })

  t.test(`${host.name}: who waits too long is told so`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: { maxWaitMs: 20 } })
    stage.occupy()
    const { statusCode, body } = await ask(stage.port, { path: '/ok' })
    t.equal(statusCode, 503)
    t.equal(JSON.parse(body).reason, 'expired')
    stage.release()
    await stage.isBack(t)
  })

  t.test(
    `${host.name}: a body is invited ${host.isGuard ? 'only by who admits' : 'by Node'}`,
    async (t) => {
      const stage = await Stage.open(t, host, { limit: 1, queue: false })
      stage.occupy()
      const refused = new RawSocket(stage.port)
      refused.write(`${POST}content-length: 5\r\nexpect: 100-continue\r\n\r\n`)
      await refused.hears('"reason":"full"')
      t.equal(refused.count(100), host.isGuard ? 0 : 1)
      refused.socket.destroy()
      stage.release()
      const served = new RawSocket(stage.port)
      served.write(`${POST}content-length: 5\r\nexpect: 100-continue\r\n\r\n`)
      await until('the body is invited', () => served.count(100) === 1)
      served.write('small')
      await served.hears('served')
      await stage.isBack(t)
    },
  )

  t.test(`${host.name}: what comes over no socket is counted as well`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: false })
    const { inject } = stage.host
    if (inject === undefined) return t.comment('the host has no such thing')
    t.match(await inject('/ok'), { statusCode: 200, body: 'served' })
    await stage.isBack(t)
    stage.occupy()
    t.equal((await inject('/ok')).statusCode, 503)
    stage.release()
    await stage.isBack(t)
    t.equal(stage.admission.snapshot().admitted.important, 1)
    const working = inject('/later')
    await until('its handler runs', () => stage.service.running === 1)
    // Longer than a body is waited for: there is none that is late.
    await sleep(300)
    t.match(stage.admission.snapshot(), { inFlight: 1, detached: 0 })
    stage.service.finishAll()
    t.equal((await working).statusCode, 200)
    return stage.isBack(t)
  })
}
