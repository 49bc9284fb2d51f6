import t from 'tap'
import { seededRandom } from '../src/index.ts'

t.test('draws the same for the same seed, and something else for another', async (t) => {
  const draw = (seed: number) => Array.from({ length: 50 }, seededRandom(seed))
  t.same(draw(7), draw(7))
  t.notSame(draw(7), draw(8))
})

t.test('draws from 0 to below 1, for any seed, all over', async (t) => {
  for (const seed of [0, -1, 1, 2.5, 2 ** 31 - 1, 2 ** 40]) {
    const random = seededRandom(seed)
    const drawn = Array.from({ length: 1_000 }, random)
    t.ok(drawn.every((value) => value >= 0 && value < 1))
    const mean = drawn.reduce((sum, value) => sum + value) / drawn.length
    t.ok(mean > 0.4 && mean < 0.6, `mean ${mean}`)
  }
})
