import fc from 'fast-check'
import t from 'tap'
import { CreditBucket, type CreditBucketSettings } from '../../src/budget/credit-bucket.ts'
import { propertySeed } from '../property-seed.ts'

const SETTINGS: CreditBucketSettings = {
  creditRatio: 0.2,
  minCapacity: 2,
  capacitySeconds: 1,
  refillPerSecond: 0.1,
  initialCredits: 1,
}

/** The same from the list of all deposits: the rate is a sum over it, the credits are replayed. */
class NaiveBucket {
  readonly #deposits: number[] = []
  #credits = SETTINGS.initialCredits
  #seenMs = 0

  deposit(nowMs: number): void {
    this.#refill(nowMs)
    this.#deposits.push(nowMs)
    this.#credits = Math.min(this.capacity(nowMs), this.#credits + SETTINGS.creditRatio)
  }

  tryTake(nowMs: number): boolean {
    this.#refill(nowMs)
    // As the bucket under test may be a rounding error away from a whole credit.
    if (this.#credits < 1 - 1e-9) return false
    this.#credits -= 1
    return true
  }

  giveBack(nowMs: number): void {
    this.#refill(nowMs)
    this.#credits = Math.min(this.capacity(nowMs), this.#credits + 1)
  }

  capacity(nowMs: number): number {
    const rates = this.#deposits.map((atMs) => Math.exp((atMs - nowMs) / 10_000) / 10)
    const perSecond = rates.reduce((sum, rate) => sum + rate, 0)
    return Math.max(SETTINGS.minCapacity, perSecond * SETTINGS.creditRatio)
  }

  #refill(nowMs: number): void {
    const refilled = this.#credits + ((nowMs - this.#seenMs) / 1000) * SETTINGS.refillPerSecond
    this.#credits = Math.min(this.capacity(nowMs), refilled)
    this.#seenMs = nowMs
  }

  get credits(): number {
    return this.#credits
  }
}

t.test('holds one second of deposits, forgets them with the rate', async (t) => {
  const bucket = new CreditBucket({ ...SETTINGS, refillPerSecond: 0 }, 0)
  for (let nowMs = 0; nowMs < 100_000; nowMs += 1) bucket.deposit(nowMs)
  t.ok(Math.abs(bucket.capacityAt(100_000) - 200) < 1, '1,000 a second at 0.2 each')
  t.ok(Math.abs(bucket.creditsAt(100_000) - 200) < 1)
  t.ok(Math.abs(bucket.creditsAt(110_000) - 200 / Math.E) < 1, 'ten seconds later')
  t.equal(bucket.creditsAt(200_000), 2, 'much later')
})

t.test('does what a replay of all deposits does', async (t) => {
  const seed = propertySeed(t)
  const step = fc.record({
    byMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ max: 30_000, min: 0 }),
    ),
    act: fc.constantFrom('deposit', 'deposit', 'deposit', 'deposit', 'take', 'giveBack'),
  })
  const property = fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
    const [bucket, naive] = [new CreditBucket(SETTINGS, 0), new NaiveBucket()]
    let nowMs = 0
    for (const { byMs, act } of steps) {
      nowMs += byMs
      if (act === 'deposit') {
        bucket.deposit(nowMs)
        naive.deposit(nowMs)
      } else if (act === 'giveBack') {
        bucket.giveBack(nowMs)
        naive.giveBack(nowMs)
      } else {
        const isClose = Math.abs(bucket.creditsAt(nowMs) - 1) < 1e-9
        if (isClose) continue
        if (bucket.tryTake(nowMs) !== naive.tryTake(nowMs)) return false
      }
      if (Math.abs(bucket.creditsAt(nowMs) - naive.credits) > 1e-6) return false
      if (Math.abs(bucket.capacityAt(nowMs) - naive.capacity(nowMs)) > 1e-6) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})

t.test('a clock that steps back neither refills nor drains', async (t) => {
  const bucket = new CreditBucket(SETTINGS, 10_000)
  t.equal(bucket.creditsAt(0), 1)
  t.equal(bucket.creditsAt(10_000), 1)
  t.ok(bucket.creditsAt(15_000) > 1.4)
})
