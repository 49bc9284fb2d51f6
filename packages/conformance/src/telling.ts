import type { Test } from 'tap'
import { ask } from './ask.ts'
import type { HostUnderTest } from './host-under-test.ts'
import { Stage } from './stage.ts'

const FULL = { limit: 1, queue: false } as const
const SHOP = 'https://shop.example'
const realTimeout = globalThis.setTimeout

/** What a host says to those it serves and refuses, where it is asked to say more; and that it does say something. */
export function testTelling(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: what is asked for is said in every answer`, async (t) => {
    const stage = await Stage.open(t, host, { ...FULL, host: { headers: ALL } })
    const served = await ask(stage.port, { path: '/ok' })
    const always = {
      'x-capabilities': 'cancel, no-hedge',
      'endpoint-load-metrics': /^TEXT application_utilization=[\d.]+,rps_fractional=[\d.]+,/,
      'ratelimit-policy': /^"concurrency";q=1;qu="concurrent-requests"$/,
    }
    t.match(served, {
      statusCode: 200,
      headers: { ...always, ratelimit: /^"concurrency";r=[01]$/ },
    })
    await stage.isBack(t)
    stage.occupy()
    t.match(await ask(stage.port, { path: '/ok' }), {
      statusCode: 503,
      headers: {
        ...always,
        ratelimit: /^"concurrency";r=0;t=1$/,
        'x-retry-pushback-ms': /^1000$/,
        'x-overload': 'scope=service',
        'x-not-done': '1',
        'cache-control': 'no-store',
      },
    })
    t.equal((await ask(stage.port, { path: '/ok' })).headers['x-nack'], undefined)
    stage.release()
    await stage.isBack(t)
  })

  t.test(`${host.name}: every option is told, those of the host too`, async (t) => {
    const own = { context: true, releaseOn: 'response', headers: { pushback: true } } as const
    const queue = { maxWaitMs: 70, maxQueued: 9, order: 'fifo' } as const
    const asked = { onReject: () => {}, trust: () => false }
    const stage = await Stage.open(t, host, { limit: 7, queue, host: { ...own, ...asked } })
    t.match(stage.admission.snapshot().options, {
      limit: 7,
      mode: 'enforce',
      'queue.maxWaitMs': 70,
      'queue.order': 'fifo',
      'queue.maxQueuedPerTenant': 'default',
      'shedAt.important': 0.8,
      context: true,
      releaseOn: 'response',
      'headers.pushback': true,
      'headers.rateLimit': false,
      onReject: 'function',
      trust: 'function',
      tenant: 'default',
      answerProbes: false,
    })
  })

  t.test(`${host.name}: a page of an origin that was named can read a refusal`, async (t) => {
    const cors = { origins: [SHOP], credentials: true }
    const stage = await Stage.open(t, host, { ...FULL, host: { headers: { cors } } })
    stage.occupy()
    const shop = await ask(stage.port, { path: '/ok', headers: { origin: SHOP } })
    t.match(shop, {
      statusCode: 503,
      headers: {
        'access-control-allow-origin': SHOP,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': /retry-after, x-nack, x-overload/,
        vary: /origin/i,
      },
    })
    const other = await ask(stage.port, {
      path: '/ok',
      headers: { origin: 'https://evil.example' },
    })
    t.equal(other.statusCode, 503)
    t.equal(other.headers['access-control-allow-origin'], undefined)
    t.match(other.headers.vary, /origin/i, 'no cache gives it to the shop')
    const preflight = await ask(stage.port, {
      path: '/ok',
      method: 'OPTIONS',
      headers: { origin: SHOP, 'access-control-request-method': 'POST' },
    })
    t.not(preflight.statusCode, 503, 'the framework answers it')
    t.equal((await ask(stage.port, { path: '/ok', method: 'OPTIONS' })).statusCode, 503)
    stage.release()
    await stage.isBack(t)
  })

  for (const [name, onReject] of Object.entries(FORGETFUL)) {
    t.test(`${host.name}: an onReject that ${name} keeps nobody waiting`, async (t) => {
      const stage = await Stage.open(t, host, { ...FULL, host: { onReject } })
      stage.occupy()
      hurry(t, 5_000, 20)
      const { statusCode, body } = await ask(stage.port, { path: '/ok' })
      t.equal(statusCode, 503)
      t.match(JSON.parse(body), { reason: 'full' })
      t.equal(stage.admission.snapshot().errors, 1, 'and is told of')
      stage.release()
    })
  }
}

const ALL = {
  names: { nack: 'X-Not-Done' },
  overloadScope: 'service',
  pushback: true,
  rateLimit: true,
  loadHint: true,
  capabilities: ['cancel', 'no-hedge'],
} as const

const FORGETFUL: Readonly<Record<string, () => unknown>> = {
  'forgets to answer': () => {},
  'never settles': () => new Promise(() => {}),
}

/** Timers of `ms` end after `soonMs`, until the test is over: nobody waits for five seconds. */
function hurry(t: Test, ms: number, soonMs: number): void {
  const hurried = (task: () => void, delayMs?: number): NodeJS.Timeout =>
    realTimeout(task, delayMs === ms ? soonMs : delayMs)
  globalThis.setTimeout = hurried as typeof setTimeout
  t.teardown(() => {
    globalThis.setTimeout = realTimeout
  })
}
