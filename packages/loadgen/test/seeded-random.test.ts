import t from 'tap'
import { SeededRandom } from '../src/seeded-random.ts'

t.test('spreads evenly over [0, 1) for neighbouring seeds', async (t) => {
  for (let seed = -3; seed <= 3; seed++) {
    const random = new SeededRandom(seed)
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let draw = 0; draw < 10_000; draw++) {
      const index = Math.floor(random.next() * 10)
      tenths[index] = (tenths[index] ?? 0) + 1
    }
    t.equal(tenths.length, 10)
    for (const count of tenths) t.ok(Math.abs(count - 1000) < 150, `seed ${seed}: ${count}`)
  }
})

t.test('first draws of neighbouring seeds are unlike', async (t) => {
  const firsts = Array.from({ length: 1000 }, (_, seed) => new SeededRandom(seed).next())
  const mean = firsts.reduce((sum, draw) => sum + draw, 0) / firsts.length
  t.ok(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`)
  t.equal(new Set(firsts).size, 1000)
})

t.test('draws exponential waits of the asked mean', async (t) => {
  const random = new SeededRandom(4)
  let sum = 0
  for (let draw = 0; draw < 50_000; draw++) sum += random.nextExponential(20)
  t.ok(Math.abs(sum / 50_000 - 20) < 0.5, `mean ${sum / 50_000}`)
})
