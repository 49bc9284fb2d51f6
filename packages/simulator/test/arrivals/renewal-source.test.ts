import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { constant, hyperexponential, seededRandom, startRenewalSource } from '../../src/index.ts'

t.test('arrives after each gap, and no more after the end', async (t) => {
  const clock = new VirtualClock()
  const times: number[] = []
  const parts = { clock, random: seededRandom(1) }
  startRenewalSource(parts, { gapMs: constant(10), endMs: 35 }, () => times.push(clock.nowMs()))
  clock.advance(1000)
  t.strictSame(times, [10, 20, 30])
})

t.test('gaps have the variation they were given', async (t) => {
  const clock = new VirtualClock()
  let count = 0
  const source = { gapMs: hyperexponential(10, 4), endMs: 400_000 }
  startRenewalSource({ clock, random: seededRandom(2) }, source, () => {
    count += 1
  })
  clock.advance(500_000)
  // Renewals: the variance of the count is its mean times the squared variation; five deviations.
  t.ok(Math.abs(count - 40_000) < 5 * Math.sqrt(4 * 40_000), `${count}`)
})
