import t from 'tap'
import { Admission, type AdmissionOptions, FixedLimit, VirtualClock } from '../../src/index.ts'
import { resolveRates } from '../../src/rate/rate-gate.ts'

function create(options: AdmissionOptions, limit = 10) {
  const clock = new VirtualClock()
  const parts = { clock, random: () => 0.5, limit: new FixedLimit(limit) }
  const admission = new Admission(parts, options)
  /** `admitted` or the reason. */
  const ask = (tenant?: string, cost?: number): string => {
    const answer = admission.tryAcquire({ tenant, cost })
    if (!answer.admitted) return answer.reason
    answer.permit.release()
    return 'admitted'
  }
  const many = (count: number, tenant?: string): string[] =>
    Array.from({ length: count }, () => ask(tenant))
  return { clock, admission, ask, many }
}

t.test('lets in no more than the rate of all, whoever asks', async (t) => {
  const { clock, ask, many } = create({ rate: { refillPerSecond: 10, burst: 3 } })
  t.same(many(4), ['admitted', 'admitted', 'admitted', 'rate'])
  t.equal(ask('acme'), 'rate')
  clock.advance(100)
  t.same([ask('acme'), ask()], ['admitted', 'rate'])
})

t.test("one tenant's rate is not another's, and who is not named has none", async (t) => {
  const { many, ask } = create({ rate: { refillPerSecond: 1, burst: 2, per: 'tenant' } })
  t.same(many(3, 'acme'), ['admitted', 'admitted', 'tenant-rate'])
  t.same(many(2, 'other'), ['admitted', 'admitted'])
  t.same(many(5), Array(5).fill('admitted'))
  t.equal(ask('acme'), 'tenant-rate')
})

t.test('both at once: who is over its own takes nothing of the others', async (t) => {
  const { many } = create({
    rate: [
      { refillPerSecond: 1, burst: 2, per: 'tenant' },
      { refillPerSecond: 1, burst: 4, per: 'all' },
    ],
  })
  t.same(many(6, 'loud'), ['admitted', 'admitted', ...Array(4).fill('tenant-rate')])
  t.same(many(3, 'quiet'), ['admitted', 'admitted', 'tenant-rate'])
  t.same(many(1, 'third'), ['rate'])
})

t.test('a token comes back when the request is then refused', async (t) => {
  const { admission, clock } = create(
    {
      rate: { refillPerSecond: 0.001, burst: 3 },
      queue: { maxQueued: 1, maxWaitMs: 50, order: 'fifo' },
    },
    1,
  )
  const running = admission.tryAcquire({ tier: 'critical' })
  t.equal(running.admitted, true)
  for (let n = 0; n < 10; n += 1) {
    t.match(admission.tryAcquire(), { reason: 'full' }, 'refused at once')
    const waiting = admission.offer({}, { onAdmit: () => {}, onReject: () => {} })
    t.match(waiting, { state: 'queued' })
    t.match(admission.offer(), { reason: 'shed' })
    if (n % 2 === 0) clock.advance(60)
    else if (waiting.admitted) admission.cancel(waiting)
    t.equal(admission.queued, 0)
  }
  if (running.admitted) running.permit.release()
  const rest = Array.from({ length: 3 }, () => {
    const answer = admission.tryAcquire()
    if (answer.admitted) answer.permit.release()
    return answer.admitted
  })
  t.same(rest, [true, true, false], 'one was used, of a burst of three')
})

t.test('says when the next token comes', async (t) => {
  const { admission, many } = create({ rate: { refillPerSecond: 0.1, burst: 1 } })
  many(1)
  t.match(admission.tryAcquire(), { reason: 'rate', retryAfterMs: 10_000 })
})

t.test('a rate that is used up is no overload', async (t) => {
  const { admission, many } = create({ rate: { refillPerSecond: 1, burst: 1 } })
  many(50)
  t.equal(admission.snapshot().overloaded, false)
})

t.test('a cost takes as many tokens', async (t) => {
  const { ask } = create({ rate: { refillPerSecond: 1, burst: 10 }, maxCost: 10 }, 100)
  t.same([ask('a', 7), ask('a', 4), ask('a', 3)], ['admitted', 'rate', 'admitted'])
})

t.test('new rates begin with full buckets', async (t) => {
  const { admission, many, ask } = create({ rate: { refillPerSecond: 1, burst: 1 } })
  t.same(many(2), ['admitted', 'rate'])
  admission.update({ rate: { refillPerSecond: 1, burst: 2 } })
  t.same(many(3), ['admitted', 'admitted', 'rate'])
  admission.update({ maxCost: 2 })
  t.equal(ask(), 'rate', 'which other options leave alone')
  admission.update({ rate: undefined })
  t.equal(ask(), 'admitted')
})

t.test('says what is wrong', async (t) => {
  const check = (rate: unknown, option: string): void => {
    t.throws(() => resolveRates(rate as never), { code: 'HG_ERR_OPTION', option })
  }
  check({}, 'rate.refillPerSecond')
  check({ refillPerSecond: 0 }, 'rate.refillPerSecond')
  check({ refillPerSecond: 1, burst: 0.5 }, 'rate.burst')
  check({ refillPerSecond: 1, per: 'user' }, 'rate.per')
  check({ refillPerSecond: 1, maxWaitMs: 5 }, 'rate')
  check(null, 'rate')
  check([{ refillPerSecond: 1 }, { refillPerSecond: 2, per: 'all' }], 'rate.per')
  t.same(resolveRates(undefined), undefined)
})
