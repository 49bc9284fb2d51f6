import t from 'tap'
import { resolveRandom, sampleNoise } from '../../src/limit/limit-random.ts'
import type { Sample } from '../../src/limit/sample.ts'

function sampleAt(startNs: number): Sample {
  return { startNs, latencyNs: 1e6, inFlight: 1, overloaded: false }
}

t.test('draws from what it was given, and takes no nonsense from it', async (t) => {
  const draws = [0, 0.25, 1, -0.5, Number.NaN, '0.5' as never]
  const random = resolveRandom({ random: () => draws.shift() ?? 0 })
  t.same(
    draws.slice().map(() => Number(random(sampleAt(0)))),
    [0, 0.25, 0, 0, 0, 0.5],
  )
})

t.test('refuses a source that is no function, and a misspelt one', async (t) => {
  t.throws(() => resolveRandom({ random: 0.5 as never }), {
    code: 'HG_ERR_OPTION',
    option: 'random',
  })
  t.throws(() => resolveRandom({ rng: Math.random } as never), {
    code: 'HG_ERR_OPTION',
    option: 'dependencies',
  })
  t.throws(() => resolveRandom(null as never), { code: 'HG_ERR_OPTION', option: 'dependencies' })
  t.equal(resolveRandom({ random: undefined }), sampleNoise)
})

t.test('the noise of samples is spread evenly, for coarse clocks too', async (t) => {
  for (const tickNs of [1, 1000, 1e6, 1e9]) {
    const buckets = new Array<number>(10).fill(0)
    for (let index = 0; index < 10_000; index += 1) {
      const noise = sampleNoise(sampleAt(1e12 + index * tickNs))
      if (!(noise >= 0 && noise < 1)) t.fail(`${noise} is out of range`)
      const bucket = Math.floor(noise * 10)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    // Six standard deviations of a fair draw are 180.
    t.ok(
      buckets.every((count) => Math.abs(count - 1000) < 180),
      `${tickNs} ns: ${buckets}`,
    )
  }
})

t.test('the noise of an impossible sample is a number as well', async (t) => {
  for (const startNs of [Number.NaN, Number.POSITIVE_INFINITY, -1e300]) {
    const noise = sampleNoise(sampleAt(startNs))
    t.ok(noise >= 0 && noise < 1)
  }
})
