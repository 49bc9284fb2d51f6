import t from 'tap'
import type { WindowReport } from '../../src/limit/adaptive-window.ts'
import { nextAdaptiveLimit, roomFor } from '../../src/limit/next-adaptive-limit.ts'
import { judgeProbe } from '../../src/limit/throughput-probe.ts'

t.test('what halving does to throughput and latency decides', async (t) => {
  const reference = report({ inFlight: 20, perSecond: 1000, latencyMs: 20 })
  const verdict = (halved: WindowReport): string => judgeProbe(reference, halved)
  t.equal(verdict(report({ inFlight: 10, perSecond: 1000, latencyMs: 10 })), 'all-queue')
  t.equal(verdict(report({ inFlight: 10, perSecond: 800, latencyMs: 12.5 })), 'queue')
  t.equal(verdict(report({ inFlight: 10, perSecond: 500, latencyMs: 20 })), 'need')
  t.equal(verdict(report({ inFlight: 10, perSecond: 600, latencyMs: 17 })), 'need')
  t.equal(verdict(report({ inFlight: 18, perSecond: 900, latencyMs: 20 })), 'unclear')
  t.equal(verdict(report({ inFlight: 10, perSecond: 0, latencyMs: 0 })), 'unclear')
  const idle = { ...report({ inFlight: 10, perSecond: 500, latencyMs: 20 }), pressedRatio: 0 }
  t.equal(verdict(idle), 'unclear', 'the load has gone meanwhile')
})

t.test('the law moves towards a queue of two square roots', async (t) => {
  const pressed = { maxInFlight: 100, standing: true, cause: 'queueing' } as const
  const next = (queued: number, input: object = {}): unknown =>
    nextAdaptiveLimit(100, { ...pressed, queued, ...input })
  t.equal(roomFor(100), 20)
  t.strictSame(next(20), { limit: 100, move: 'grow' })
  t.strictSame(next(10), { limit: 105, move: 'grow' })
  t.strictSame(next(0), { limit: 150, move: 'grow' })
  t.strictSame(next(0, { maxInFlight: 80 }), { limit: 110, move: 'grow' }, 'not hit: no leap')
  t.strictSame(next(0, { maxInFlight: 33 }), { limit: 100, move: 'unused' })
  t.strictSame(next(30), { limit: 95, move: 'queueing' })
  t.strictSame(next(90), { limit: 70, move: 'queueing' })
  t.strictSame(next(30, { cause: 'saturated' }), { limit: 95, move: 'saturated' })
  t.strictSame(next(30, { cause: undefined }), { limit: 100, move: 'ask' })
  t.strictSame(next(30, { standing: false }), { limit: 100, move: 'burst' })
  t.strictSame(next(32, { standing: false, maxInFlight: 60 }), { limit: 60, move: 'trim' })
  t.strictSame(next(30, { standing: false, maxInFlight: 60 }), { limit: 100, move: 'burst' })
})

function report(window: {
  readonly inFlight: number
  readonly perSecond: number
  readonly latencyMs: number
}): WindowReport {
  return {
    endNs: 1e9,
    elapsedNs: 1e9,
    succeeded: window.perSecond,
    overloaded: 0,
    latencyNs: window.latencyMs * 1e6,
    meanInFlight: window.inFlight,
    maxInFlight: window.inFlight,
    pressedRatio: 1,
  }
}
