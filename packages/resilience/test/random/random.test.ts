import t from 'tap'
import { drawFraction } from '../../src/random/random.ts'

t.test('what is drawn out of range counts as 0', async (t) => {
  const given = [0, 0.25, 1 - 2 ** -53, 1, -0.1, Number.NaN, Number.POSITIVE_INFINITY]
  t.same(
    given.map((drawn) => drawFraction(() => drawn)),
    [0, 0.25, 1 - 2 ** -53, 0, 0, 0, 0],
  )
})
