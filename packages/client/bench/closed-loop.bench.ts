import { fork } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createAdmission, wrap } from '@headgate/node'
import { Agent, request } from 'undici'
import { createClient } from '../src/index.ts'

/*
 * Two processes and a real socket. A service of 500 requests a second is asked 400 times a second, and does a
 * tenth of its work for five seconds. Callers give up a call after two seconds and an attempt after half of
 * one. With and without Headgate in the service, and in the caller. `node dist/bench/closed-loop.bench.js`
 */

const WORKERS = 8
const SERVICE_MS = 16
const RATE = 400
const [BEGIN_S, OUTAGE_S, AFTER_S] = [3, 5, 8]
const SECONDS = BEGIN_S + OUTAGE_S + AFTER_S
const ATTEMPT_MS = 500
const TOTAL_MS = 2000

if (process.argv[2] === 'server') serve(process.argv[3] === 'guarded')
else await measure()

function serve(isGuarded: boolean): void {
  let [busy, slowness, requests] = [0, 1, 0]
  const waiting: (() => void)[] = []
  const work = (done: () => void) => {
    busy += 1
    setTimeout(() => {
      busy -= 1
      done()
      const next = waiting.shift()
      if (next !== undefined) work(next)
    }, SERVICE_MS * slowness)
  }
  const listener: RequestListener = (_request, response) => {
    const done = () => response.end('ok')
    if (busy < WORKERS) work(done)
    else waiting.push(done)
  }
  const guarded = isGuarded
    ? wrap(listener, { admission: createAdmission(), trust: () => true })
    : listener
  const counted: RequestListener = (asked, response) => {
    requests += 1
    guarded(asked, response)
  }
  const server = createServer(counted)
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('message', (message) => {
    if (message === 'count') process.send?.(requests)
    else slowness = Number(message)
  })
  process.on('disconnect', () => process.exit())
}

type Ask = () => Promise<boolean>

async function measure(): Promise<void> {
  for (const guard of ['bare', 'guarded']) {
    for (const caller of ['naive', 'client'] as const) {
      const child = fork(import.meta.filename, ['server', guard])
      const heard = () =>
        new Promise<number>((resolve) => child.once('message', (one) => resolve(one as number)))
      const origin = `http://127.0.0.1:${await heard()}`
      const agent = new Agent({ connections: 512 })
      const client = createClient({
        undici: agent,
        origin,
        timeouts: { attemptMs: ATTEMPT_MS, totalMs: TOTAL_MS },
      })
      const ask: Ask =
        caller === 'naive'
          ? () => naively(origin, agent)
          : async () => {
              const { statusCode, body } = await client.request({ path: '/' })
              await body.dump()
              return statusCode === 200
            }
      const result = await run(ask, {
        slow: () => child.send('10'),
        well: () => child.send('1'),
        count: () => {
          child.send('count')
          return heard()
        },
      })
      process.stdout.write(`service ${guard}, caller ${caller}: ${result}\n`)
      await client.close()
      await agent.destroy()
      child.disconnect()
    }
  }
}

/** What is written in an hour: four attempts, whatever went wrong, a moment apart. */
async function naively(origin: string, dispatcher: Agent): Promise<boolean> {
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    try {
      const { statusCode, body } = await request(origin, {
        dispatcher,
        signal: AbortSignal.timeout(ATTEMPT_MS),
      })
      await body.dump()
      if (statusCode === 200) return true
    } catch {
      // Once more.
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

interface Control {
  readonly slow: () => void
  readonly well: () => void
  readonly count: () => Promise<number>
}

async function run(ask: Ask, { slow, well, count }: Control): Promise<string> {
  const seconds = Array.from({ length: SECONDS }, () => ({ calls: 0, good: 0 }))
  const requestsAt: number[] = []
  const pending: Promise<void>[] = []
  const startMs = performance.now()
  const one = async () => {
    const beganMs = performance.now()
    const second = seconds[Math.floor((beganMs - startMs) / 1000)]
    if (second !== undefined) second.calls += 1
    const isGood = await ask().catch(() => false)
    if (isGood && second !== undefined && performance.now() - beganMs <= TOTAL_MS) second.good += 1
  }
  const due = [
    { atS: BEGIN_S, act: slow },
    { atS: BEGIN_S + OUTAGE_S, act: well },
  ]
  const marks = [BEGIN_S, BEGIN_S + OUTAGE_S]
  while (performance.now() - startMs < SECONDS * 1000) {
    const elapsedS = (performance.now() - startMs) / 1000
    if (due[0] !== undefined && elapsedS >= due[0].atS) due.shift()?.act()
    if (marks[0] !== undefined && elapsedS >= marks[0]) {
      marks.shift()
      requestsAt.push(await count())
    }
    const wanted = Math.min(RATE * SECONDS, Math.floor(elapsedS * RATE))
    while (pending.length < wanted) pending.push(one())
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(pending)
  const sum = (from: number, to: number, name: 'calls' | 'good') =>
    seconds.slice(from, to).reduce((total, second) => total + second[name], 0)
  const end = BEGIN_S + OUTAGE_S
  const sent = (requestsAt[1] ?? 0) - (requestsAt[0] ?? 0)
  const recovery = seconds.slice(end).findIndex((_, at) => {
    const two = seconds.slice(end + at, end + at + 2)
    return two.every(({ calls, good }) => good >= 0.99 * calls)
  })
  const ratio = (from: number, to: number) =>
    (sum(from, to, 'good') / sum(from, to, 'calls')).toFixed(3)
  return (
    `goodput before ${ratio(1, BEGIN_S)}, in the outage ${ratio(BEGIN_S, end)}, after ${ratio(end, SECONDS)}; ` +
    `${(sent / sum(BEGIN_S, end, 'calls')).toFixed(2)} requests a call in the outage; ` +
    `back to 0.99 ${recovery < 0 ? 'not at all' : `after ${recovery} s`}`
  )
}
