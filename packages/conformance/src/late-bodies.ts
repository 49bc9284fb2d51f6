import type { Test } from 'tap'
import type { HostUnderTest } from './host-under-test.ts'
import { RawSocket } from './raw-socket.ts'
import { Stage } from './stage.ts'
import { turns, until } from './until.ts'

const HALF =
  'POST /ok HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n\r\nhalf'

/** A body that comes slowly holds no permit, and gets no way past the gate. */
export function testLateBodies(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: work on a body that came late waits for a permit`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1 })
    const client = await sendHalf(stage)
    stage.occupy()
    client.write('half')
    await until('it waits', () => stage.admission.snapshot().queued === 1)
    t.equal(client.text, '')
    stage.release()
    await client.hears('served')
    t.equal(client.count(200), 1)
    client.socket.destroy()
    await stage.isBack(t)
  })

  t.test(`${host.name}: a body that came late may be refused`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, queue: false })
    const client = await sendHalf(stage)
    stage.occupy()
    client.write('half')
    await client.hears('"reason":"full"')
    t.equal(client.count(503), 1)
    stage.release()
    await turns(5)
    client.socket.destroy()
    await stage.isBack(t)
  })

  t.test(`${host.name}: who leaves with a body that came late frees its place`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1 })
    const client = await sendHalf(stage)
    stage.occupy()
    client.write('half')
    await until('it waits', () => stage.admission.snapshot().queued === 1)
    client.socket.destroy()
    await until('its place is free', () => stage.admission.snapshot().queued === 0)
    stage.release()
    await stage.isBack(t)
  })
}

/** Sends half of a body, and waits until nobody waits for the rest. */
async function sendHalf({ port, admission }: Stage): Promise<RawSocket> {
  const client = new RawSocket(port).write(HALF)
  await until('it is let in', () => admission.snapshot().admitted.important === 1)
  await until('its permit goes back', () => admission.snapshot().inFlight === 0)
  return client
}
