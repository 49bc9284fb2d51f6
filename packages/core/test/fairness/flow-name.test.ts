import t from 'tap'
import { boundedName, hashName } from '../../src/fairness/flow-name.ts'

t.test('a name of up to 128 characters is itself', async (t) => {
  t.equal(boundedName('acme', 1), 'acme')
  t.equal(boundedName('x'.repeat(128), 1), 'x'.repeat(128))
})

t.test('a longer one is known by a hash that tells it from others', async (t) => {
  const names = Array.from({ length: 1_000 }, (_, index) => `${'x'.repeat(200)}${index}`)
  const bounded = names.map((name) => boundedName(name, 7))
  t.equal(new Set(bounded).size, names.length)
  t.ok(bounded.every(({ length }) => length <= 128))
  t.equal(boundedName(names[3] as string, 7), bounded[3])
  t.not(boundedName(names[3] as string, 8), bounded[3])
})

t.test('of a very long name the ends are read', async (t) => {
  const body = 'x'.repeat(1e6)
  t.not(boundedName(`a${body}`, 1), boundedName(`b${body}`, 1))
  t.not(boundedName(`${body}a`, 1), boundedName(`${body}b`, 1))
})

t.test('a hash spreads evenly, and differently with another seed', async (t) => {
  for (const seed of [0, 1, -1, 0x7fffffff]) {
    const counts = new Array(16).fill(0)
    for (let index = 0; index < 16_000; index += 1)
      counts[hashName(`10.0.0.${index}`, seed) % 16] += 1
    t.ok(Math.min(...counts) > 800 && Math.max(...counts) < 1_200, `${counts}`)
  }
  const together = (seed: number) => hashName('a', seed) % 16 === hashName('b', seed) % 16
  t.ok(Array.from({ length: 100 }, (_, seed) => together(seed)).includes(true))
  t.ok(Array.from({ length: 100 }, (_, seed) => together(seed)).includes(false))
})
