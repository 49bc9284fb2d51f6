import { performance } from 'node:perf_hooks'
import type { DispatchOptions, Handler } from '../src/handler/handler.ts'
import { interceptors, resilient } from '../src/index.ts'

/*
 * What the whole default pipeline costs a call over a bare dispatch: a dispatcher that answers in the same
 * turn, so that nothing but the pipeline is measured. `node --expose-gc dist/bench/overhead.bench.js`
 */

const CALLS = 50_000
const ROUNDS = 5
const HEADERS = Object.freeze({ 'content-type': 'text/plain', 'content-length': '2' })
const CHUNK = Buffer.from('ok')
const controller = {
  aborted: false,
  paused: false,
  reason: null,
  rawHeaders: ['content-type', 'text/plain', 'content-length', '2'],
  rawTrailers: [],
  abort() {},
  pause() {},
  resume() {},
}

function answer(_options: DispatchOptions, handler: Handler): boolean {
  handler.onRequestStart(controller, undefined)
  handler.onResponseStart?.(controller, 200, HEADERS, 'OK')
  handler.onResponseData?.(controller, CHUNK)
  handler.onResponseEnd?.(controller, {})
  return true
}

let answered = 0
class Sink implements Handler {
  onRequestStart(): void {}
  onResponseStart(): void {}
  onResponseData(): void {}
  onResponseEnd(): void {
    answered += 1
  }
  onResponseError(_controller: unknown, error: Error): void {
    throw error
  }
}

type Send = (options: DispatchOptions, handler: Handler) => boolean
const bare = { dispatch: answer, close: async () => {} }
const contestants: Record<string, Send> = {
  bare: bare.dispatch,
  'timeouts and retries': layered({ retry: true, limiter: false, throttle: false }),
  'whole default pipeline': layered({}),
  'whole default pipeline, hedging': layered({ hedge: true }),
  'limiter alone': interceptors.limiter()(bare.dispatch),
  'propagate alone': interceptors.propagate({ origins: ['http://a.test'] })(bare.dispatch),
}

function layered(options: Parameters<typeof resilient>[1]): Send {
  const made = resilient(bare, options)
  const { dispatch } = made
  return (sent, handler) => dispatch(sent, handler)
}

const options: DispatchOptions = { origin: 'http://a.test', path: '/', method: 'GET' }

function round(send: Send): { us: number; bytes: number } {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const startMs = performance.now()
  for (let n = 0; n < 2000; n += 1) send(options, new Sink())
  const bytes = (process.memoryUsage().heapUsed - before) / 2000
  for (let n = 2000; n < CALLS; n += 1) send(options, new Sink())
  return { us: ((performance.now() - startMs) / CALLS) * 1000, bytes }
}

const figures = Object.entries(contestants).map(([name, send]) => {
  const rounds = Array.from({ length: ROUNDS }, () => round(send))
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
  const us = rounds.map((one) => one.us)
  return {
    name,
    us: median([...us]),
    leastUs: Math.min(...us),
    bytes: median(rounds.map((one) => one.bytes)),
  }
})
const base = figures[0]
for (const { name, us, leastUs, bytes } of figures) {
  const over = `${(us - (base?.us ?? 0)).toFixed(2)} (least ${(leastUs - (base?.leastUs ?? 0)).toFixed(2)}) µs over bare`
  process.stdout.write(
    `${name}: ${us.toFixed(2)} µs, ${over}, ${Math.round(bytes)} bytes; target 6 µs\n`,
  )
}
if (answered === 0) throw new Error('nothing was answered')
