import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { bePatient, get, RawSocket, until } from '@headgate/conformance'
import t from 'tap'
import { gatedServer } from '../fixtures/gated-server.ts'

const LIMIT = 3
const CLIENTS = 30

t.setTimeout(60_000)

/** Starts work and never looks at its client again. */
class Workers {
  readonly #finish: (() => void)[] = []
  running = 0
  mostRunning = 0

  work(): Promise<void> {
    this.running += 1
    this.mostRunning = Math.max(this.mostRunning, this.running)
    return new Promise((resolve) => {
      this.#finish.push(() => {
        this.running -= 1
        resolve()
      })
    })
  }

  finishAll(): void {
    for (const finish of this.#finish.splice(0)) finish()
  }
}

type Handler = (workers: Workers, request: IncomingMessage, response: ServerResponse) => unknown

const HANDLERS: Readonly<Record<string, Handler>> = {
  'ends the response': (workers, _request, response) => {
    void workers.work().then(() => response.end('done'))
  },
  'is async and gives up when its client has left': async (workers, _request, response) => {
    await workers.work()
    if (!response.destroyed) response.end('done')
  },
}

const LEAVE: Readonly<Record<string, (client: RawSocket) => void>> = {
  closing: ({ socket }) => socket.destroy(),
  'a reset': ({ socket }) => socket.resetAndDestroy(),
}

for (const [what, handler] of Object.entries(HANDLERS)) {
  for (const [how, leave] of Object.entries(LEAVE)) {
    t.test(
      `a handler that ${what} keeps its permit when its client leaves by ${how}`,
      async (t) => {
        const workers = new Workers()
        const { port, admission } = await gatedServer(
          t,
          (request, response) => handler(workers, request, response),
          { admission: { limit: LIMIT, queue: false } },
        )
        bePatient(admission)
        for (let n = 0; n < CLIENTS; n += 1) {
          const client = new RawSocket(port).write(get())
          await until('it is let in or refused', () => {
            const { admitted, rejected } = admission.snapshot()
            return admitted.important + (rejected.important.full ?? 0) === n + 1
          })
          if (n < LIMIT) await until('its handler runs', () => workers.running === n + 1)
          leave(client)
          await until('it has left', () => client.closed)
        }
        t.equal(workers.mostRunning, LIMIT)
        await until('all three are abandoned', () => admission.snapshot().abandoned === LIMIT)
        t.match(admission.snapshot(), { inFlight: LIMIT, overdue: 0 })
        workers.finishAll()
        await until('the permits are back', () => admission.snapshot().inFlight === 0)
        t.match(admission.snapshot(), { abandoned: 0, overdue: 0 })
      },
    )
  }
}

t.test('a handler that never ends is not waited for for ever', async (t) => {
  const { port, admission } = await gatedServer(t, () => {}, {
    admission: { limit: LIMIT, queue: false },
  })
  for (let n = 0; n < LIMIT; n += 1) new RawSocket(port).write(get()).socket.end()
  await until('they are abandoned', () => admission.snapshot().abandoned === LIMIT)
  await until('their permits are back', () => admission.snapshot().inFlight === 0)
  t.match(admission.snapshot(), { abandoned: 0, overdue: LIMIT })
})

const DONE: Readonly<Record<string, Handler>> = {
  'destroys its response': (_workers, _request, response) => response.destroy(),
  'was sending its answer': async (_workers, _request, response) => {
    response.write('part')
    await sleep(1)
  },
  'was sending its answer, and never ends it': (_workers, _request, response) => {
    response.write('part')
  },
}

for (const [what, handler] of Object.entries(DONE)) {
  t.test(`a handler that ${what} holds no permit afterwards`, async (t) => {
    const { port, admission } = await gatedServer(t, (request, response) =>
      handler(new Workers(), request, response),
    )
    let most = 0
    for (let n = 0; n < 5; n += 1) {
      const client = new RawSocket(port).write(get())
      await until('it has begun', () => client.text.length > 0 || client.closed)
      client.socket.destroy()
      most = Math.max(most, admission.snapshot().abandoned)
      await until('the permit is back', () => admission.snapshot().inFlight === 0)
    }
    t.match([most, admission.snapshot().overdue], [0, 0])
  })
}

t.test(
  'a rejection of abandoned work stays unhandled, as it would be without the gate',
  async (t) => {
    let fail = (_error: Error): void => {}
    const { port, admission } = await gatedServer(
      t,
      () => new Promise((_resolve, reject) => (fail = reject)),
      { admission: { limit: LIMIT } },
    )
    bePatient(admission)
    const unhandled: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', (error) => unhandled.push(error))
    t.teardown(() => {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    })
    const client = new RawSocket(port).write(get())
    await until('it runs', () => admission.snapshot().inFlight === 1)
    await sleep(5)
    client.socket.destroy()
    await until('it is abandoned', () => admission.snapshot().abandoned === 1)
    const error = new Error('the database is gone')
    fail(error)
    await until('the permit is back', () => admission.snapshot().inFlight === 0)
    await until('it is told', () => unhandled.length > 0)
    t.same(unhandled, [error])
  },
)
