import { type ClientHttp2Session, connect, createServer, type ServerHttp2Session } from 'node:http2'
import { calm, listening, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, drainOnSignal, wrap } from '../../src/index.ts'

/** Long enough for a test to look at what goes on meanwhile, and ended by it as soon as it has. */
const LONG_MS = 30_000
/** Who hears of it may still send: whatever is on the way is served. */
const ANY_STREAM = 2 ** 31 - 1

async function create(t: { teardown(task: () => unknown): void }, options: object) {
  const admission = calm(createAdmission())
  const held: { end(text: string): unknown }[] = []
  const server = createServer(wrap((_request, response) => held.push(response), { admission }))
  const sessions: ServerHttp2Session[] = []
  server.on('session', (session) => sessions.push(session))
  const drain = drainOnSignal(server, admission, {
    drainDelayMs: 0,
    lastCallMs: LONG_MS,
    timeoutMs: LONG_MS,
    ...options,
  })
  t.teardown(() => {
    drain.stop()
    admission.close()
  })
  const port = await listening(t, server)
  /** A session, and the last stream that each `GOAWAY` on it still allows. */
  const open = (): { client: ClientHttp2Session; goaways: number[] } => {
    const client = connect(`http://127.0.0.1:${port}`).on('error', () => {})
    t.teardown(() => client.destroy())
    const goaways: number[] = []
    client.on('goaway', (_code, lastStreamId) => goaways.push(lastStreamId))
    return { client, goaways }
  }
  return { held, sessions, start: drain.start, open }
}

t.test('the first GOAWAY refuses no stream that is on the way', async (t) => {
  const { held, start, open } = await create(t, {})
  const { client, goaways } = open()
  client
    .request({ ':path': '/' })
    .on('error', () => {})
    .resume()
  await until('it runs', () => held.length === 1)
  const done = start()
  await until('GOAWAY comes', () => goaways.length > 0)
  t.equal(goaways[0], ANY_STREAM)
  held[0]?.end('served')
  t.match(await done, { leftover: 0, connections: 0 })
})

t.test('a session that comes in the last call is told as well', async (t) => {
  const { held, start, open, sessions } = await create(t, {})
  const early = open()
  early.client
    .request({ ':path': '/' })
    .on('error', () => {})
    .resume()
  await until('one runs', () => held.length === 1)
  const done = start()
  await until('the last call is made', () => early.goaways.length > 0)
  const late = open()
  await until('it is told', () => late.goaways[0] === ANY_STREAM)
  // With nothing to ask for, a client of Node's stays.
  for (const session of sessions) session.destroy()
  await done
})

t.test('a stream that does not end is cut off with its session', async (t) => {
  const { held, start, open } = await create(t, { lastCallMs: 0, timeoutMs: 50 })
  const { client } = open()
  client
    .request({ ':path': '/' })
    .on('error', () => {})
    .resume()
  await until('it runs', () => held.length === 1)
  t.match(await start(), { leftover: 1, connections: 1 })
  await until('its session ends', () => client.closed)
})
