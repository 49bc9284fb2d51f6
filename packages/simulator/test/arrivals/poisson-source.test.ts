import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { seededRandom, startPoissonSource } from '../../src/index.ts'

t.test('arrives as often as each phase says, and no more after the end', async (t) => {
  const clock = new VirtualClock()
  const counts = [0, 0, 0, 0]
  startPoissonSource(
    { clock, random: seededRandom(5) },
    {
      phases: [
        { fromMs: 0, perSecond: 100 },
        { fromMs: 100_000, perSecond: 0 },
        { fromMs: 200_000, perSecond: 1000 },
      ],
      endMs: 300_000,
    },
    () => {
      const phase = Math.floor(clock.nowMs() / 100_000)
      counts[phase] = (counts[phase] ?? 0) + 1
    },
  )
  clock.advance(400_000)
  const [first = 0, second, third = 0, afterEnd] = counts
  // Poisson: the standard deviation is the root of the mean; five of them.
  t.ok(Math.abs(first - 10_000) < 500, `${first}`)
  t.equal(second, 0)
  t.ok(Math.abs(third - 100_000) < 1600, `${third}`)
  t.equal(afterEnd, 0)
})
