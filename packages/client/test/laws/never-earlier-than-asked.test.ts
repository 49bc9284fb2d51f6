import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import type { DispatchOptions, Handler } from '../../src/handler/handler.ts'
import { propertySeed } from '../fixtures/property-seed.ts'
import { seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'

/* The whole client, on virtual time: a server refuses each first attempt, and says when to come back. */

const TOTAL_MS = 30_000

interface Asked {
  readonly status?: number
  readonly headers: Record<string, string>
  readonly totalMs?: number
}

/** How long the client waited before it asked again; undefined when it did not. `endMs`: when its caller was told. */
function waitOf({ status = 503, headers, totalMs = TOTAL_MS }: Asked, random = seededRandom(1)) {
  const clock = new VirtualClock()
  const sentAtMs: number[] = []
  const controller = {
    ...{ aborted: false, paused: false, reason: null },
    ...{ pause() {}, resume() {}, abort() {} },
  }
  const dispatch = (_options: DispatchOptions, handler: Handler) => {
    sentAtMs.push(clock.nowMs())
    handler.onRequestStart(controller, undefined)
    handler.onResponseStart?.(controller, sentAtMs.length === 1 ? status : 200, headers)
    handler.onResponseEnd?.(controller, {})
    return true
  }
  const servers = { 'http://s': { dispatch } }
  const client = new VirtualClient({ clock, random, servers }, { timeouts: { totalMs } })
  let ended: { status: number; atMs: number } | undefined
  client.ask(({ status: answered }) => {
    ended = { status: answered, atMs: clock.nowMs() }
  })
  clock.advance(totalMs + 1000)
  const [firstMs = 0, secondMs] = sentAtMs
  return { waitMs: secondMs === undefined ? undefined : secondMs - firstMs, ended }
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString()

t.test('waits as long as it was asked to, in whatever form', async (t) => {
  const check = (headers: Record<string, string>, leastMs: number, mostMs: number) => {
    const { waitMs = Number.NaN } = waitOf({ headers })
    t.ok(waitMs >= leastMs && waitMs <= mostMs, `${JSON.stringify(headers)}: ${waitMs} ms`)
  }
  check({ 'retry-after': '2' }, 2000, 2400)
  check({ 'retry-after': '2', 'x-retry-pushback-ms': '5000' }, 5000, 6000)
  check({ 'retry-after': '5', 'x-retry-pushback-ms': '2000' }, 5000, 6000)
  // What says nothing, or a time that is over, leaves the client its own wait.
  for (const nothing of ['0', 'soon', '-3', '', inSeconds(-10)]) {
    check({ 'retry-after': nothing }, 0, 1000)
  }
  // Time goes on while a date is read: what is left of it now is no more than what was left then.
  const date = inSeconds(5)
  const { waitMs = Number.NaN } = waitOf({ headers: { 'retry-after': date } })
  t.ok(waitMs >= Date.parse(date) - Date.now(), `${date}: ${waitMs} ms`)
})

t.test('does not ask again where it was told not to, or would be too late', async (t) => {
  const check = (name: string, asked: Asked) => {
    const { waitMs, ended } = waitOf(asked)
    t.equal(waitMs, undefined, name)
    t.same(ended, { status: asked.status ?? 503, atMs: 0 }, `${name}: and its caller knows at once`)
  }
  check('a negative pushback', { headers: { 'x-retry-pushback-ms': '-1', 'retry-after': '1' } })
  check('a pushback of garbage', { headers: { 'x-retry-pushback-ms': 'later' } })
  check('later than the call may last', { headers: { 'retry-after': '10' }, totalMs: 5000 })
  check('later than a caller waits', { headers: { 'retry-after': '61' }, totalMs: 200_000 })
  check('a rate limit that does not say for how long', { status: 429, headers: {} })
})

t.test('never earlier than asked, whatever it was asked', async (t) => {
  fc.assert(
    fc.property(fc.nat(90), fc.integer({ min: -1, max: 90_000 }), fc.nat(), (seconds, ms, seed) => {
      const headers = { 'retry-after': String(seconds), 'x-retry-pushback-ms': String(ms) }
      const { waitMs } = waitOf({ headers, totalMs: 80_000 }, seededRandom(seed))
      if (waitMs === undefined) return ms < 0 || Math.max(seconds * 1000, ms) > 60_000
      return ms >= 0 && waitMs >= Math.max(seconds * 1000, ms)
    }),
    { seed: propertySeed(t) },
  )
})

t.test('a thousand who heard the same do not come back together', async (t) => {
  const askedMs = 10_000
  const random = seededRandom(1)
  const waits = Array.from({ length: 1000 }, () => {
    return waitOf({ headers: { 'retry-after': '10' } }, random).waitMs ?? Number.NaN
  })
  const [least, most] = [Math.min(...waits), Math.max(...waits)]
  const spread = (most - least) / askedMs
  const perTenth = Array.from({ length: 20 }, (_, at) => {
    const fromMs = askedMs + at * 100
    return waits.filter((waitMs) => waitMs >= fromMs && waitMs < fromMs + 100).length
  })
  t.comment(
    `asked for ${askedMs} ms, came after ${least.toFixed(0)} to ${most.toFixed(0)} ms: ${(spread * 100).toFixed(1)} % of it; target 15 %`,
  )
  t.comment(`at most ${Math.max(...perTenth)} of 1000 in a hundredth of it`)
  t.ok(least >= askedMs)
  t.ok(spread >= 0.15)
  t.ok(Math.max(...perTenth) < 100)
})
