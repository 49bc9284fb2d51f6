import { constants } from 'node:http2'
import type { Test } from 'tap'
import type { HostUnderTest } from './host-under-test.ts'
import { openSession, openStream } from './session.ts'
import { Stage } from './stage.ts'
import { testStreamAnswers } from './stream-answers.ts'
import { testStreamEnds } from './stream-ends.ts'
import { turns, until } from './until.ts'

const LIMIT = 3

/** The same over HTTP/2: a client leaves one stream, or the session with all of them. */
export function testStreams(t: Test, host: HostUnderTest): void {
  const { name, startHttp2, startSecure } = host
  if (startHttp2 !== undefined) {
    testSessions(t, { ...host, name: `${name}, HTTP/2`, start: startHttp2 })
  }
  if (startSecure !== undefined) {
    const named = { ...host, name: `${name}, HTTP/2 over TLS` }
    testSessions(t, { ...named, start: startSecure, isSecure: true })
  }
}

function testSessions(t: Test, host: HostUnderTest): void {
  testStreamAnswers(t, host)
  testStreamEnds(t, host)

  t.test(
    `${host.name}: a stream that is reset while it waits, or while it is worked for`,
    async (t) => {
      const stage = await Stage.open(t, host, { limit: 1 })
      const client = openSession(t, stage)
      const running = openStream(client, '/later')
      await until('it runs', () => stage.service.running === 1)
      const waiting = openStream(client, '/later')
      await until('the next waits', () => stage.admission.snapshot().queued === 1)
      waiting.close(constants.NGHTTP2_CANCEL)
      await until('its place is free', () => stage.admission.snapshot().queued === 0)
      running.close(constants.NGHTTP2_CANCEL)
      await until('the other is abandoned', () => stage.admission.snapshot().abandoned === 1)
      stage.service.finishAll()
      await stage.isBack(t)
      t.equal(stage.service.begun, 1)
    },
  )

  t.test(`${host.name}: a session that dies`, async (t) => {
    const stage = await Stage.open(t, host, { limit: LIMIT })
    const client = openSession(t, stage)
    for (let n = 0; n < 10; n += 1) openStream(client, '/later')
    await until('three run', () => stage.service.running === LIMIT)
    await until('seven wait', () => stage.admission.snapshot().queued === 7)
    client.destroy()
    await until('nobody waits any more', () => stage.admission.snapshot().queued === 0)
    stage.service.finishAll()
    await stage.isBack(t)
    t.equal(stage.service.begun, LIMIT)
  })

  t.test(`${host.name}: a refusal says nothing of the connection`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: false })
    const client = openSession(t, stage)
    stage.occupy()
    const stream = openStream(client, '/ok')
    let headers: Readonly<Record<string, unknown>> = {}
    stream.on('response', (received) => {
      headers = received
    })
    stream.resume()
    await until('it is refused', () => headers[':status'] === 503)
    t.match(headers, { 'x-nack': '1', 'content-type': 'application/problem+json' })
    t.equal(headers.connection, undefined)
    stage.release()
    await turns(2)
    await stage.isBack(t)
  })
}
