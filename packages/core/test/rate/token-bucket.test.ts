import fc from 'fast-check'
import t from 'tap'
import { InvalidOptionError } from '../../src/option/invalid-option-error.ts'
import type { BucketOptions } from '../../src/rate/bucket-options.ts'
import { TokenBucket } from '../../src/rate/token-bucket.ts'
import { BucketModel } from './bucket-model.ts'
import { MovableClock } from './movable-clock.ts'
import { burst, perSecond, takes } from './random-take.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

const YEAR_MS = 365 * 86_400e3

function create(options: BucketOptions): { clock: MovableClock; bucket: TokenBucket } {
  const clock = new MovableClock()
  return { clock, bucket: new TokenBucket(clock, options) }
}

t.test('a burst at once, then the rate, and the exact wait until the next', async (t) => {
  const { clock, bucket } = create({ refillPerSecond: 2, burst: 3 })
  t.same(
    [1, 1, 1].map((cost) => bucket.tryTake(cost)),
    [0, 0, 0],
  )
  t.equal(bucket.tryTake(), 500)
  t.equal(bucket.tryTake(3), 1_500)
  clock.ms = 499.999
  t.equal(bucket.tryTake(), 0.001)
  clock.ms = 500
  t.equal(bucket.tryTake(), 0)
  t.equal(bucket.available, 0)
  clock.ms = 1e9
  t.equal(bucket.available, 3, 'a bucket holds its burst and no more')
})

t.test('decides as exact fractions do, for any rate, over years', async (t) => {
  const given = fc.tuple(perSecond, burst, fc.constantFrom(0, 10, 60_000), fc.nat(3))
  const property = fc.property(given, takes, ([rate, most, maxWaitMs, years], list) => {
    const { clock, bucket } = create({ refillPerSecond: rate[0] / rate[1], burst: most, maxWaitMs })
    const model = new BucketModel(rate, most, maxWaitMs)
    let atUs = years * YEAR_MS * 1e3
    for (const { do: name, afterUs, cost } of list) {
      atUs += afterUs
      clock.ms = atUs / 1e3
      model.moveTo(atUs)
      const [is, should] = [bucket[name](cost), model[name](cost)]
      if (is !== should) throw new Error(`${name} ${cost} gave ${is}, not ${should}, at ${atUs} µs`)
    }
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
})

t.test('succeeds after the wait it names, and not before', async (t) => {
  const given = fc.tuple(perSecond, burst, fc.double({ min: 0, max: 1e7, noNaN: true }))
  const property = fc.property(given, takes, ([rate, most, startMs], list) => {
    const { clock, bucket } = create({ refillPerSecond: rate[0] / rate[1], burst: most })
    clock.ms = Math.floor(startMs * 1e3) / 1e3
    for (const { cost } of list) {
      const waitMs = bucket.tryTake(cost)
      if (waitMs === 0 || cost > most) continue
      const fromMs = clock.ms
      clock.ms = fromMs + waitMs - 0.001
      if (bucket.tryTake(cost) === 0) throw new Error(`${cost} within less than ${waitMs} ms`)
      clock.ms = fromMs + waitMs
      if (bucket.tryTake(cost) !== 0) throw new Error(`not ${cost} after ${waitMs} ms`)
    }
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('ten years of a rate that no decimal holds lose nothing', async (t) => {
  const { clock, bucket } = create({ refillPerSecond: 1 / 3, burst: 1 })
  let late = 0
  // Every hour of it for a while, then in strides: a rounding of a nanosecond a token would show.
  for (let second = 0; second <= 10 * 31_536_000; second += second < 100_000 ? 3 : 3 * 40_000) {
    clock.ms = second * 1_000
    if (bucket.tryTake() !== 0) late += 1
  }
  t.equal(late, 0)
})

t.test('no clock and no cost admits more than is allowed, or throws', async (t) => {
  const anything = fc.oneof(
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 0.5, 2 ** 53, -0),
    fc.anything(),
  )
  const ms = fc.oneof(fc.double(), fc.double({ min: -1e4, max: 1e4 }), fc.constant(Number.NaN))
  const steps = fc.array(fc.tuple(ms, anything, fc.boolean()), { maxLength: 60, size: 'max' })
  const property = fc.property(steps, (list) => {
    const { clock, bucket } = create({ refillPerSecond: 10, burst: 5, maxWaitMs: 100 })
    let [taken, earliestMs, latestMs] = [0, 0, 0]
    for (const [atMs, cost, waits] of list) {
      clock.ms = atMs
      if (atMs < earliestMs) earliestMs = atMs
      if (atMs > latestMs && atMs < 9e12) latestMs = atMs
      const answer = waits ? bucket.reserve(cost as number) : bucket.tryTake(cost as number)
      if (Number.isNaN(answer) || (answer ?? 0) < 0) throw new Error(`answers ${answer}`)
      const isGranted = waits ? answer !== undefined : answer === 0
      if (isGranted) taken += Math.max(1, Math.ceil(typeof cost === 'number' ? cost : 1))
    }
    const most = 5 + ((latestMs - earliestMs + 100) / 1e3) * 10
    if (taken > most + 1e-3) throw new Error(`${taken} of ${most} tokens`)
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
  const { bucket } = create({ refillPerSecond: 10, burst: 5 })
  t.equal(bucket.tryTake(6), Number.POSITIVE_INFINITY, 'more than a burst never comes')
  t.equal(bucket.tryTake(Number.NaN), 0, 'what is no number counts as 1')
  t.equal(bucket.tryTake(3.2), 0, 'a fraction counts up')
  t.equal(bucket.waitMs(), 100, 'to a whole token')
})

t.test('smooths: turns come at the rate, up to the longest wait', async (t) => {
  const { clock, bucket } = create({ refillPerSecond: 10, burst: 1, maxWaitMs: 250 })
  t.same(
    [1, 1, 1, 1].map((cost) => bucket.reserve(cost)),
    [0, 100, 200, undefined],
  )
  t.equal(bucket.waitMs(), 300, 'who will not wait is told the whole of it')
  t.equal(bucket.tryTake(), 300)
  clock.ms = 150
  t.equal(bucket.reserve(), 150)
  bucket.giveBack()
  t.equal(bucket.reserve(), 150, 'a turn given back is there for the next')
})

t.test('what is given back can be taken again, up to the burst', async (t) => {
  const { bucket } = create({ refillPerSecond: 1, burst: 2 })
  bucket.tryTake(2)
  bucket.giveBack()
  t.equal(bucket.available, 1)
  bucket.giveBack(5)
  t.equal(bucket.available, 2)
})

t.test('wrong options name themselves, and the burst is a second of the rate', async (t) => {
  const wrong: [string, unknown][] = [
    ['rate', undefined],
    ['rate', { refillPerSecond: 1, bursts: 1 }],
    ['rate.refillPerSecond', {}],
    ['rate.refillPerSecond', { refillPerSecond: 0 }],
    ['rate.refillPerSecond', { refillPerSecond: Number.NaN }],
    ['rate.refillPerSecond', { refillPerSecond: 1_000_001 }],
    ['rate.refillPerSecond', { refillPerSecond: 1e-9 }],
    ['rate.burst', { refillPerSecond: 1, burst: 0 }],
    ['rate.burst', { refillPerSecond: 1, burst: 1.5 }],
    ['rate.burst', { refillPerSecond: 1, burst: 1_000_001 }],
    ['rate.maxWaitMs', { refillPerSecond: 1, maxWaitMs: -1 }],
    ['rate.maxWaitMs', { refillPerSecond: 1, maxWaitMs: 60_001 }],
  ]
  for (const [option, options] of wrong) {
    try {
      create(options as BucketOptions)
      t.fail(`${JSON.stringify(options)} is taken`)
    } catch (error) {
      t.ok(error instanceof InvalidOptionError)
      t.equal((error as InvalidOptionError).option, option)
    }
  }
  t.equal(create({ refillPerSecond: 2.5 }).bucket.available, 3)
  t.equal(create({ refillPerSecond: 0.01 }).bucket.available, 1)
})
