import type { Controller, DispatchOptions, Handler } from '../src/handler/handler.ts'
import { resilient } from '../src/index.ts'

/*
 * A million calls, of which a tenth are left by their callers and some fail and are retried: what is left of
 * them in the heap. `node --expose-gc dist/bench/leaks.bench.js [calls]`
 */

const CALLS = Number(process.argv[2] ?? 1_000_000)
const STEPS = 10
let turn = 0

function answer(options: DispatchOptions, handler: Handler): boolean {
  turn += 1
  const controller: Controller = {
    aborted: false,
    paused: false,
    reason: null,
    pause() {},
    resume() {},
    abort: (reason) => handler.onResponseError?.(controller, reason),
  }
  handler.onRequestStart(controller, undefined)
  if (options.path === '/left') return true
  const status = options.path === '/fails' && turn % 2 === 0 ? 502 : 200
  setImmediate(() => {
    handler.onResponseStart?.(controller, status, {})
    handler.onResponseData?.(controller, CHUNK)
    handler.onResponseEnd?.(controller, {})
  })
  return true
}

const CHUNK = Buffer.from('ok')
const made = resilient(
  { dispatch: answer, close: async () => {} },
  { hedge: true, limiter: false, retry: { delay: { baseDelayMs: 1 } } },
)
function call(_: unknown, at: number): Promise<void> {
  const path = at % 10 === 0 ? '/left' : at % 50 === 1 ? '/fails' : '/'
  return new Promise((resolve) => {
    made.dispatch({ origin: 'http://a.test', path, method: 'GET' }, {
      onRequestStart(controller: Controller) {
        if (path === '/left') setImmediate(() => controller.abort(new Error('left')))
      },
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd: () => resolve(),
      onResponseError: () => resolve(),
    } satisfies Handler)
  })
}

for (let step = 0; step <= STEPS; step += 1) {
  globalThis.gc?.()
  const heapKiB = Math.round(process.memoryUsage().heapUsed / 1024)
  const handles = process.getActiveResourcesInfo().length
  const { calls, active, aborted, retries } = made.stats()
  process.stdout.write(
    `${calls} calls (${aborted} left, ${retries} retries), ${active} active: heap ${heapKiB} KiB, ${handles} handles\n`,
  )
  for (let n = 0; n < CALLS / STEPS; n += 200) {
    await Promise.all(Array.from({ length: 200 }, call))
  }
}
