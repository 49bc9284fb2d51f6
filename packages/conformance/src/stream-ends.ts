import { constants } from 'node:http2'
import type { Test } from 'tap'
import type { HostUnderTest } from './host-under-test.ts'
import { openSession, openStream } from './session.ts'
import { Stage } from './stage.ts'
import { until } from './until.ts'

const LIMIT = 3

/** How streams end otherwise: never, unread, or with a server that goes. */
export function testStreamEnds(t: Test, host: HostUnderTest): void {
  for (const path of ['/never', '/hijack-never']) {
    t.test(`${host.name}: a stream of ${path} is not waited for for ever`, async (t) => {
      const stage = await Stage.open(t, host, { limit: LIMIT })
      const stream = openStream(openSession(t, stage), path)
      await until('its handler runs', () => stage.service.begun === 1)
      stream.close(constants.NGHTTP2_CANCEL)
      await stage.isBack(t)
    })
  }

  t.test(`${host.name}: an answer that nobody reads, and its stream`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const stream = openStream(openSession(t, stage), '/large')
    let hasHead = false
    stream.on('response', () => {
      hasHead = true
    })
    await until('its head comes', () => hasHead)
    await until('the permit goes back, though nobody reads', () => {
      return stage.admission.snapshot().inFlight === 0
    })
    t.notOk(stream.closed)
    stream.close(constants.NGHTTP2_CANCEL)
    await stage.isBack(t)
  })

  t.test(`${host.name}: a server that goes says so, and serves what it has begun`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const { drain } = stage.host
    if (drain === undefined) throw new Error('a host of HTTP/2 has to tell how it is drained')
    const client = openSession(t, stage)
    let goaway: number | undefined
    client.on('goaway', (code) => {
      goaway = code
    })
    const stream = openStream(client, '/later')
    let [statusCode, isOver]: [unknown, boolean] = [undefined, false]
    stream.on('response', (headers) => {
      statusCode = headers[':status']
    })
    stream.on('close', () => {
      isOver = true
    })
    stream.resume()
    await until('it runs', () => stage.service.running === 1)
    const drained = drain()
    await until('GOAWAY comes', () => goaway !== undefined)
    t.equal(goaway, constants.NGHTTP2_NO_ERROR)
    stage.service.finishAll()
    await until('the stream is served', () => isOver)
    t.equal(statusCode, 200)
    await drained
    await until('the session ends', () => client.closed)
    return stage.isBack(t)
  })
}
