import type { DispatchOptions, Handler } from '../src/handler/handler.ts'
import { resilient } from '../src/index.ts'

/*
 * What is kept of a target, with every policy that a client has, and without one of them at a time.
 * `node --expose-gc dist/bench/targets.bench.js`
 */

const TARGETS = 300
const TARGET_KIB = 20

const controller = {
  aborted: false,
  paused: false,
  reason: null,
  rawHeaders: [],
  rawTrailers: [],
  abort() {},
  pause() {},
  resume() {},
}
/** Answers at once, or, while `holds`, when it is told to. */
let holds = false
const held: (() => void)[] = []
const base = {
  dispatch(_options: DispatchOptions, handler: Handler): boolean {
    handler.onRequestStart(controller, undefined)
    const answer = (): void => {
      handler.onResponseStart?.(controller, 200, {}, 'OK')
      handler.onResponseEnd?.(controller, {})
    }
    if (holds) held.push(answer)
    else answer()
    return true
  },
  close: async () => {},
}
const handler: Handler = { onRequestStart() {} }
/** What is measured is kept, so that none of it is given back while the next is. */
const made: unknown[] = []

/** KiB for each target, buffers beside the heap included: after a call to each, after twenty, and after some had to wait. */
function kept(options: Parameters<typeof resilient>[1]): readonly number[] {
  const agent = resilient(base, options)
  made.push(agent)
  const send = (at: number) =>
    agent.dispatch({ origin: `http://host-${at}.test`, path: '/', method: 'GET' }, handler)
  const sendAll = (times: number) => {
    for (let call = 0; call < times; call += 1) {
      for (let at = 1; at < TARGETS; at += 1) send(at)
    }
  }
  send(0)
  const before = used()
  const measured = (): number => (used() - before) / (TARGETS - 1) / 1024
  sendAll(1)
  const one = measured()
  sendAll(19)
  const twenty = measured()
  holds = true
  // One more than the limit begins with.
  sendAll(21)
  holds = false
  for (const answer of held.splice(0)) answer()
  return [one, twenty, measured()]
}

function used(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const contestants: Record<string, Parameters<typeof resilient>[1]> = {
  'as it comes': {},
  'without a limiter': { limiter: false },
  'without a throttle': { throttle: false },
  'without retries': { retry: false },
  'with hedges': { hedge: true },
  'with a breaker': { breaker: true },
}

// Once for what is compiled and remembered whatever the options.
kept({})
for (const [name, options] of Object.entries(contestants)) {
  const [one, twenty, waited] = kept(options).map((kib) => kib.toFixed(1))
  process.stdout.write(
    `${name}: ${one} KiB a target after one call, ${twenty} after twenty, ${waited} after one had to wait; target ${TARGET_KIB}\n`,
  )
}
