import fc from 'fast-check'
import t from 'tap'
import { TenantBuckets, type TenantBucketsOptions } from '../../src/rate/tenant-buckets.ts'
import { BucketModel } from './bucket-model.ts'
import { MovableClock } from './movable-clock.ts'
import { burst, perSecond, takes } from './random-take.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

function create(options: TenantBucketsOptions): { clock: MovableClock; buckets: TenantBuckets } {
  const clock = new MovableClock()
  return { clock, buckets: new TenantBuckets(clock, options) }
}

t.test('decides as if every key had a bucket of its own for ever', async (t) => {
  const property = fc.property(perSecond, burst, takes, (rate, most, list) => {
    const { clock, buckets } = create({
      refillPerSecond: rate[0] / rate[1],
      burst: most,
      maxWaitMs: 1_000,
    })
    const models = Array.from({ length: 5 }, () => new BucketModel(rate, most, 1_000))
    let atUs = 0
    for (const { do: name, afterUs, cost, key } of list) {
      atUs += afterUs
      clock.ms = atUs / 1e3
      for (const model of models) model.moveTo(atUs)
      const [is, should] = [buckets[name](`t${key}`, cost), models[key]?.[name](cost)]
      if (is !== should) throw new Error(`${name} ${cost} of ${key} gave ${is}, not ${should}`)
      const missing = models.filter(({ isFull }) => !isFull).length
      if (buckets.size < missing) throw new Error('a debt was forgotten')
    }
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
})

t.test('a million keys in passing leave no more buckets than took something lately', async (t) => {
  const { clock, buckets } = create({ refillPerSecond: 10, burst: 10 })
  let largest = 0
  // A thousand new keys in 100 ms, which is how long one token takes to come back.
  for (let key = 0; key < 1_000_000; key += 1) {
    clock.ms += 0.1
    buckets.tryTake(`tenant-${key}`)
    largest = Math.max(largest, buckets.size)
  }
  t.ok(largest <= 2_100, `${largest} buckets at most`)
  clock.ms += 1e6
  for (let call = 0; call < 1_100; call += 1) buckets.tryTake('one')
  t.ok(buckets.size <= 1, `${buckets.size} left when the others rest`)
})

t.test('no key is admitted above its rate, however many are made up', async (t) => {
  const keys = fc.array(fc.tuple(fc.nat(30), fc.nat(200)), {
    minLength: 50,
    maxLength: 400,
    size: 'max',
  })
  const property = fc.property(keys, fc.integer({ min: 1, max: 10 }), (list, maxKeys) => {
    const { clock, buckets } = create({ refillPerSecond: 5, burst: 3, maxKeys })
    const taken = new Map<number, number>()
    for (const [key, afterMs] of list) {
      clock.ms += afterMs
      if (buckets.tryTake(`t${key}`) === 0) taken.set(key, (taken.get(key) ?? 0) + 1)
      if (buckets.size > maxKeys) throw new Error(`${buckets.size} of ${maxKeys} buckets`)
    }
    // From its own bucket and from the common one.
    const most = 2 * (3 + (clock.ms / 1e3) * 5)
    for (const [key, count] of taken) if (count > most) throw new Error(`${count} of ${key}`)
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 300 }))
})

t.test('made-up keys push no debt out, and share one bucket among them', async (t) => {
  const { clock, buckets } = create({ refillPerSecond: 1, burst: 2, maxKeys: 3 })
  for (const key of ['a', 'b', 'c']) t.equal(buckets.tryTake(key, 2), 0)
  let granted = 0
  for (let key = 0; key < 1_000; key += 1) if (buckets.tryTake(`new-${key}`) === 0) granted += 1
  t.equal(granted, 2, 'as much as one key')
  t.equal(buckets.snapshot().crowded, 1_000)
  t.equal(buckets.tryTake('a'), 1_000, 'the debt is still known')
  buckets.giveBack('new-0')
  t.equal(buckets.tryTake('new-0'), 1_000, 'what came from the common bucket is not given back')
  clock.ms = 2_000
  t.equal(buckets.tryTake('new-0', 2), 0, 'there is room again')
  t.equal(buckets.tryTake('new-1', 2), 0)
  t.equal(buckets.available('new-1'), 0)
  t.equal(buckets.available('never-seen'), 2)
})

t.test('keys of any kind and size are kept short', async (t) => {
  const { buckets } = create({ refillPerSecond: 1, burst: 1 })
  t.equal(buckets.tryTake('k'.repeat(1e6)), 0)
  t.equal(buckets.tryTake('k'.repeat(1e6)), 1_000)
  for (const key of [undefined, null, 5, {}, Symbol('s'), 10n, () => 1]) {
    t.doesNotThrow(() => buckets.tryTake(key))
  }
})

t.test('wrong options name themselves', async (t) => {
  for (const maxKeys of [0, 1.5, 1_000_001, '5']) {
    t.throws(
      () => create({ refillPerSecond: 1, maxKeys: maxKeys as number }),
      /^rate\.maxKeys must/,
    )
  }
  t.throws(() => create({ refillPerSecond: 1, maxKey: 5 } as never), /maxKeys/)
})
