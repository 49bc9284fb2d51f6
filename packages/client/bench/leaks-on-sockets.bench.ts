import { fork } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '../src/index.ts'

/*
 * Calls on real sockets, of which a tenth are hedged and a tenth left by their callers, all with a signal: what is
 * left of them. `node --expose-gc dist/bench/leaks-on-sockets.bench.js [calls]`
 */

const CALLS = Number(process.argv[2] ?? 100_000)
const STEPS = 10
const IN_FLIGHT = 32
const CONNECTIONS = 128

if (process.argv[2] === 'server') serve()
else await measure()

function serve(): void {
  let [turn, open, mostOpen] = [0, 0, 0]
  const server = createServer((_request, response) => {
    turn += 1
    if (turn % 10 === 0) setTimeout(() => response.end('ok'), 30)
    else response.end('ok')
  })
  server.on('connection', (socket) => {
    open += 1
    mostOpen = Math.max(mostOpen, open)
    socket.on('close', () => {
      open -= 1
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('message', () => process.send?.(mostOpen))
  process.on('disconnect', () => process.exit())
}

async function measure(): Promise<void> {
  const child = fork(import.meta.filename, ['server'], { execArgv: [] })
  const heard = () =>
    new Promise<number>((resolve) => child.once('message', (one) => resolve(one as number)))
  const origin = `http://127.0.0.1:${await heard()}`
  const handlesBefore = process.getActiveResourcesInfo().length
  const client = createClient({
    origin,
    throttle: false,
    hedge: { delay: { quantile: 0.85, minSamples: 100 }, budget: { creditRatio: 0.5 } },
  })
  // As long as the process, as one of a server that is asked to stop: what is left on it is a leak.
  const { signal } = new AbortController()
  let at = 0
  const one = async () => {
    at += 1
    const own = at % 10 === 5 ? new AbortController() : undefined
    const call = client.request({ path: '/', signal: own?.signal ?? signal })
    if (own !== undefined) setImmediate(() => own.abort())
    await call.then(({ body }) => body.dump()).catch(() => undefined)
  }
  const say = () => {
    globalThis.gc?.()
    const { calls, aborted, hedges, active } = client.stats()
    const heapKiB = Math.round(process.memoryUsage().heapUsed / 1024)
    const listeners = getEventListeners(signal, 'abort').length
    process.stdout.write(
      `${calls} calls (${aborted} left, ${hedges} hedges), ${active} active: heap ${heapKiB} KiB, ${listeners} listeners; target: flat, 0\n`,
    )
  }
  for (let step = 1; step <= STEPS; step += 1) {
    const end = (CALLS / STEPS) * step
    const worker = async () => {
      while (at < end) await one()
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
    say()
  }
  child.send('most')
  process.stdout.write(`${await heard()} connections at most; target ${CONNECTIONS}\n`)
  await client.close()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const handles = process.getActiveResourcesInfo().length - handlesBefore
  process.stdout.write(`${handles} handles more than before; target 0\n`)
  child.disconnect()
}
