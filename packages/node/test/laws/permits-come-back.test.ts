import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import {
  ask,
  get,
  keepWarnings,
  leavingClients,
  listening,
  RawSocket,
  seededRandom,
  until,
} from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'

const ABORTS = 10_000
const LIMIT = 6
const seed = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 1e9))

t.setTimeout(120_000)

const HANDLERS: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/sync': (response) => response.end('done'),
  '/turns': async (response) => {
    for (let left = 0; left < 5; left += 1) await turn()
    response.end('done')
  },
  '/slow': async (response) => {
    await sleep(5)
    response.end('done')
  },
  '/chunks': async (response) => {
    for (let left = 0; left < 5; left += 1) {
      response.write('part')
      await turn()
    }
    response.end()
  },
  '/large': (response) => response.end(Buffer.alloc(200_000, 'x')),
  '/never': () => {},
  '/broken': (response) => response.destroy(),
  '/livez': async (response) => {
    await turn()
    response.end('alive')
  },
}

t.test(`every permit comes back from ${ABORTS} abandoned requests, seed ${seed}`, async (t) => {
  const warnings = keepWarnings(t)
  const admission = createAdmission({ limit: LIMIT, queue: { maxWaitMs: 20, maxQueued: 12 } })
  t.teardown(() => admission.close())
  const held: ServerResponse[] = []
  const gate = wrap(
    (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === '/livez?held') return held.push(response)
      request.resume()
      return HANDLERS[request.url ?? '']?.(response)
    },
    { admission },
  )
  const server = createServer(gate)
  let mostListeners = 0
  server.on('request', ({ socket }) => {
    mostListeners = Math.max(mostListeners, socket.listenerCount('close'))
  })
  const port = await listening(t, server)
  const paths = Object.keys(HANDLERS)
  const report = await leavingClients({
    server,
    random: seededRandom(seed),
    aborts: ABORTS,
    concurrency: 40,
    paths,
  })
  t.comment(JSON.stringify(report))
  await until('no permit is in use, and nobody waits', () => {
    const { inFlight, queued } = admission.snapshot()
    return inFlight + queued === 0
  })
  const { admitted, rejected } = admission.snapshot()
  // The clients did get everywhere: else this proves nothing.
  // Handlers that never end hold a permit each for a while, in which a fast machine has sent hundreds of others away.
  t.ok(admitted.important > 3 * LIMIT, `${admitted.important} were admitted`)
  const { cancelled = 0, ...others } = rejected.important
  t.ok(cancelled > 0, `${cancelled} left while they waited`)
  t.comment(`others were refused: ${JSON.stringify(others)}`)
  t.ok(report.answered > 0, `${report.answered} were answered`)

  // Node itself has two or three; a listener for each request would show.
  t.ok(mostListeners <= 5, `${mostListeners} listeners on a socket`)
  t.same(warnings, [])

  // All 64 places of exempt requests are free as well, while nothing else is.
  const taken = Array.from({ length: LIMIT }, () => admission.tryAcquire({ tier: 'critical' }))
  const probes = Array.from({ length: 64 }, () => new RawSocket(port).write(get('/livez?held')))
  await until('64 probes are let in', () => held.length === 64)
  for (const response of held) response.end()
  for (const { socket } of probes) socket.destroy()
  for (const decision of taken) if (decision.admitted) decision.permit.release('ignore')
  t.equal((await ask(port, { path: '/sync' })).body, 'done')
})
