import t from 'tap'
import { seededRandom, splitRandom } from '../../src/index.ts'

t.test('gives the same numbers for the same seed, everywhere and for ever', async (t) => {
  const random = seededRandom(42)
  const first = [random(), random(), random()]
  t.strictSame(first, [0.7597280828461935, 0.7166630592139372, 0.3787306147734629])
  const again = seededRandom(42)
  t.strictSame([again(), again(), again()], first)
})

t.test('gives other numbers for other seeds and other parts', async (t) => {
  const starts = [seededRandom(1), seededRandom(2), splitRandom(1, 'a'), splitRandom(1, 'b')]
  t.equal(new Set(starts.map((random) => random())).size, starts.length)
})

t.test('is uniform from 0 up to 1, and its draws do not remember', async (t) => {
  const random = seededRandom(7)
  const draws = Array.from({ length: 200_000 }, () => random())
  t.ok(draws.every((draw) => draw >= 0 && draw < 1))
  const buckets = new Array<number>(100).fill(0)
  for (const draw of draws)
    buckets[Math.floor(draw * 100)] = (buckets[Math.floor(draw * 100)] ?? 0) + 1
  const expected = draws.length / 100
  const chiSquare = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // 99 degrees of freedom: mean 99, standard deviation 14; five of them either way.
  t.ok(chiSquare > 29 && chiSquare < 169, `chi square ${chiSquare}`)
  const lagged = draws
    .slice(1)
    .reduce((sum, draw, i) => sum + (draw - 0.5) * ((draws[i] ?? 0) - 0.5), 0)
  const correlation = (lagged / draws.length) * 12
  t.ok(Math.abs(correlation) < 5 / Math.sqrt(draws.length), `correlation ${correlation}`)
})
