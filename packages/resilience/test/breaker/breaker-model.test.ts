import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { Breaker, type BreakerEvent } from '../../src/breaker/breaker.ts'
import type { BreakerPass } from '../../src/breaker/breaker-pass.ts'
import type { CallOutcome } from '../../src/outcome/call-outcome.ts'
import { propertySeed } from '../property-seed.ts'
import { seededRandom } from '../seeded-random.ts'

const OUTCOMES: readonly CallOutcome[] = ['success', 'overload', 'failure', 'failure', 'ignore']

const step = fc.record({
  byMs: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 5000 })),
  act: fc.constantFrom('ask', 'ask', 'end', 'end', 'lose'),
  pick: fc.nat(),
  outcome: fc.constantFrom(...OUTCOMES),
  latencyMs: fc.constantFrom(1, 200),
})

t.test('opens when a recount of all calls says so, and not before', async (t) => {
  const seed = propertySeed(t)
  const call = fc.record({
    byMs: fc.nat({ max: 900 }),
    outcome: fc.constantFrom(...OUTCOMES),
    latencyMs: fc.constantFrom(1, 200),
  })
  const property = fc.property(
    fc.array(call, { maxLength: 150 }),
    fc.integer({ min: 2, max: 30 }),
    (calls, minCalls) => {
      const clock = new VirtualClock()
      const options = { minCalls, maxConsecutive: 12, slowCallMs: 100, minSuccessRatio: 0.4 }
      const breaker = new Breaker({ clock, random: () => 0 }, options)
      const seen: { bucket: number; isGood: boolean; isSlow: boolean }[] = []
      const row: CallOutcome[] = []
      for (const { byMs, outcome, latencyMs } of calls) {
        clock.advance(byMs)
        breaker.tryPass()?.end(outcome, latencyMs)
        const bucket = Math.floor(clock.nowMs() / 1000)
        if (outcome !== 'ignore')
          seen.push({ bucket, isGood: outcome === 'success', isSlow: latencyMs > 100 })
        if (outcome === 'success' || outcome === 'failure') row.push(outcome)
        const recent = seen.filter((entry) => entry.bucket > bucket - 10)
        const good = recent.filter(({ isGood }) => isGood).length
        const slow = recent.filter(({ isSlow }) => isSlow).length
        const isOpen =
          row.length - 1 - row.lastIndexOf('success') >= 12 ||
          (outcome !== 'ignore' &&
            recent.length >= minCalls &&
            (good < 0.4 * recent.length || slow > 0.5 * recent.length))
        if ((breaker.state === 'open') !== isOpen) return false
        if (isOpen) return true
      }
      return true
    },
  )
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('whatever happens: few probes, no calls while open, and it always comes back', async (t) => {
  const seed = propertySeed(t)
  const property = fc.property(
    fc.array(step, { maxLength: 200 }),
    fc.integer(),
    (steps, drawSeed) => {
      const clock = new VirtualClock()
      const run = { state: 'closed', openUntilMs: 0, openings: 0, isSound: true }
      const listener = ({ from, to, openMs }: BreakerEvent) => {
        const isOpenTime = to !== 'open' || (openMs >= 1000 && openMs <= 60_000)
        run.isSound = run.isSound && from === run.state && isOpenTime
        run.state = to
        if (to === 'open') run.openings += 1
        run.openUntilMs = clock.nowMs() + openMs
      }
      const breaker = new Breaker(
        { clock, random: seededRandom(drawSeed), listener },
        { slowCallMs: 100 },
      )
      const inFlight: BreakerPass[] = []
      for (const { byMs, act, pick, outcome, latencyMs } of steps) {
        clock.advance(byMs)
        if (act === 'ask') {
          const isEarly = run.state === 'open' && clock.nowMs() < run.openUntilMs
          const pass = breaker.tryPass()
          if (isEarly && pass !== undefined) return false
          if (pass !== undefined) inFlight.push(pass)
        } else {
          const [pass] = inFlight.splice(pick % Math.max(1, inFlight.length), 1)
          if (act === 'end') pass?.end(outcome, latencyMs)
        }
        const probes = breaker.snapshot().probes as number
        if (!run.isSound || run.state !== breaker.state || probes < 0 || probes > 10) return false
        if (run.openings !== breaker.openings) return false
      }
      // Whatever was lost: a server that is well again is trusted again.
      for (let count = 0; count < 40 && breaker.state !== 'closed'; count += 1) {
        clock.advance(60_000)
        breaker.tryPass()?.end('success', 1)
      }
      return breaker.state === 'closed'
    },
  )
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})
