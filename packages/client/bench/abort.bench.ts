import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Controller, Handler } from '../src/handler/handler.ts'
import { createClient } from '../src/index.ts'

/*
 * How soon a call is over that is left, or has taken too long, while the only connection is busy: acceptance test
 * 8. And what is heard of it later, and whether the server sees it. `node dist/bench/abort.bench.js`
 */

const ROUNDS = 40
const AFTER_MS = 50
const TARGET_MS = 15

let closed = 0
const server = createServer((incoming, response) => {
  response.on('close', () => {
    if (!response.writableFinished) closed += 1
  })
  if (incoming.url === '/busy') setTimeout(() => response.end('ok'), 1500)
  else if (incoming.url === '/') response.end('ok')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** Two rows a case: with a busy connection, and with one for each. */
for (const connections of [1, 64]) {
  const agent = new Agent({ connections })
  const client = createClient({ undici: agent, origin, limiter: false, throttle: false })
  const timed = createClient({
    ...{ undici: agent, origin, limiter: false, throttle: false, retry: false },
    timeouts: { attemptMs: AFTER_MS },
  })
  const where = connections === 1 ? 'behind a busy connection' : 'on a connection of its own'
  await report(`abort, ${where}`, agent, async () => {
    const controller = new AbortController()
    const call = client.request({ path: '/silent', signal: controller.signal })
    return afterAbort(call, controller)
  })
  await report(`attempt timeout of ${AFTER_MS} ms, ${where}`, agent, async () => {
    const startMs = performance.now()
    await timed.request({ path: '/silent' }).catch(() => undefined)
    return performance.now() - startMs - AFTER_MS
  })
  await report(`abort of undici alone, ${where}`, agent, async () => {
    const controller = new AbortController()
    const call = request(`${origin}/silent`, { dispatcher: agent, signal: controller.signal })
    return afterAbort(call, controller)
  })
  await countLate(client.dispatcher as never, agent)
  await client.close()
  await timed.close()
  await agent.destroy()
}
server.closeAllConnections()
server.close()

async function afterAbort(call: Promise<unknown>, controller: AbortController): Promise<number> {
  let abortedAtMs = 0
  setTimeout(() => {
    abortedAtMs = performance.now()
    controller.abort()
  }, AFTER_MS)
  await call.catch(() => undefined)
  return performance.now() - abortedAtMs
}

/** So many at once, behind a request that keeps a connection busy. */
async function report(name: string, agent: Agent, one: () => Promise<number>): Promise<void> {
  closed = 0
  const busy = request(`${origin}/busy`, { dispatcher: agent }).then(({ body }) => body.dump())
  await wait(20)
  const lates = await Promise.all(Array.from({ length: ROUNDS }, one))
  await busy
  await wait(50)
  const sorted = lates.sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  process.stdout.write(
    `${name}: settled ${at(0)} to ${at(0.999)} ms later, median ${at(0.5)}; target ${TARGET_MS}; ${closed} seen by the server as left\n`,
  )
}

/** Calls that are left: what their handlers hear after that, when undici comes to them. */
async function countLate(
  dispatcher: { dispatch(options: object, handler: Handler): boolean },
  agent: Agent,
): Promise<void> {
  let [ended, late] = [0, 0]
  const busy = request(`${origin}/busy`, { dispatcher: agent }).then(({ body }) => body.dump())
  await wait(20)
  for (let n = 0; n < ROUNDS; n += 1) {
    let isOver = false
    const hear = () => {
      if (isOver) late += 1
    }
    dispatcher.dispatch(
      { origin, path: '/', method: 'GET' },
      {
        onRequestStart: (controller: Controller) => {
          hear()
          setTimeout(() => controller.abort(new Error('left')), 1)
        },
        onResponseStart: hear,
        onResponseData: hear,
        onResponseEnd: () => {
          hear()
          isOver = true
          ended += 1
        },
        onResponseError: () => {
          hear()
          isOver = true
          ended += 1
        },
      },
    )
  }
  await busy
  await wait(200)
  process.stdout.write(`${ended} of ${ROUNDS} ended once, ${late} callbacks after that; target 0\n`)
}
