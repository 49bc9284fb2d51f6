import t from 'tap'
import { backoffRetry, naiveRetry, seededRandom } from '../../src/index.ts'
import { RetryTokens } from '../../src/traffic/retry-policy.ts'

t.test('a naive client asks again after the same moment each time', async (t) => {
  const { tries, delayMs } = naiveRetry(3, 2)
  t.equal(tries, 3)
  t.strictSame(
    [1, 2].map((made) => delayMs(made, seededRandom(1))),
    [2, 2],
  )
})

t.test('a back-off doubles its range with each try, and uses all of it', async (t) => {
  const { delayMs } = backoffRetry(4, 100)
  const random = seededRandom(1)
  for (const [made, mostMs] of [
    [1, 100],
    [2, 200],
    [3, 400],
  ] as const) {
    const delays = Array.from({ length: 1000 }, () => delayMs(made, random))
    t.ok(Math.max(...delays) <= mostMs && Math.max(...delays) > 0.98 * mostMs)
    t.ok(Math.min(...delays) < 0.02 * mostMs)
  }
})

t.test('a budget lets one in ten retries through for each success', async (t) => {
  const tokens = new RetryTokens(0.1)
  t.notOk(tokens.tryTake(), 'nothing has been earned')
  for (let i = 0; i < 25; i += 1) tokens.onSuccess()
  t.strictSame([tokens.tryTake(), tokens.tryTake(), tokens.tryTake()], [true, true, false])
  for (let i = 0; i < 1000; i += 1) tokens.onSuccess()
  let taken = 0
  while (tokens.tryTake()) taken += 1
  t.equal(taken, 10, 'no more than ten are kept')
})

t.test('without a budget there is no bound', async (t) => {
  const tokens = new RetryTokens(undefined)
  t.ok(Array.from({ length: 100 }, () => tokens.tryTake()).every(Boolean))
})
