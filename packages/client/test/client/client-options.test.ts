import t from 'tap'
import { type ClientOptions, createClient, resilient } from '../../src/index.ts'

t.test('wrong options are told at once, by their whole name', async (t) => {
  const check = (options: unknown, option: string) =>
    t.throws(
      () => createClient(options as ClientOptions),
      { code: 'HG_ERR_OPTION', option },
      JSON.stringify(options),
    )
  check({ retries: 3 }, 'options')
  check(null, 'options')
  check({ undici: {} }, 'undici')
  for (const origin of ['example.com', 'http://a/path', 'http://u:p@a', 'file:///a', 5]) {
    check({ origin }, 'origin')
    check({ upstreams: [origin] }, 'upstreams')
  }
  check({ upstreams: 'http://a' }, 'upstreams')
  check({ timeouts: { total: 1 } }, 'timeouts')
  check({ timeouts: { totalMs: 0 } }, 'timeouts.totalMs')
  check({ timeouts: { totalMs: 10, attemptMs: 20 } }, 'timeouts.attemptMs')
  check({ timeouts: { bodyIdleMs: Number.NaN } }, 'timeouts.bodyIdleMs')
  check({ timeouts: { connectMs: -1 } }, 'timeouts.connectMs')
  check({ retry: 3 }, 'retry')
  check({ retry: { attempts: 0 } }, 'retry.attempts')
  check({ retry: { attempts: 11 } }, 'retry.attempts')
  check({ retry: { statuses: [200] } }, 'retry.statuses')
  check({ retry: { statuses: 503 } }, 'retry.statuses')
  check({ retry: { maxReplayBytes: -1 } }, 'retry.maxReplayBytes')
  check({ retry: { delay: { baseDelayMs: 0 } } }, 'retry.delay.baseDelayMs')
  check({ retry: { budget: { creditRatio: 2 } } }, 'retry.budget.creditRatio')
  check({ retry: { budget: { ratio: 2 } } }, 'retry.budget')
  check({ hedge: { delay: { quantile: 1 } } }, 'hedge.delay.quantile')
  check({ hedge: { budget: { creditRatio: 2 } } }, 'hedge.budget.creditRatio')
  check({ hedge: { quantile: 0.9 } }, 'hedge')
  check({ hedge: 'yes' }, 'hedge')
  check({ breaker: { windowMs: 1000 } }, 'breaker.windowMs')
  check({ breaker: { minCalls: 0 } }, 'breaker.minCalls')
  check({ limiter: 0 }, 'limiter')
  check({ limiter: 'vegas' }, 'limiter')
  check({ limiter: { maxQueued: 0 } }, 'limiter.maxQueued')
  check({ throttle: { multiplier: 0.5 } }, 'throttle.multiplier')
  check({ balance: 'random' }, 'balance')
  check({ balance: { decayMs: 0 } }, 'balance.decayMs')
  check({ eject: { fast: true } }, 'eject')
  check({ eject: { failing: { maxConsecutive: 0 } } }, 'eject.failing.maxConsecutive')
  check({ eject: { slow: { minPeers: 0 } } }, 'eject.slow.minPeers')
  check({ propagate: { origins: ['x'] } }, 'propagate.origins')
  check({ propagate: { tenant: 'yes' } }, 'propagate.tenant')
  check({ propagate: { headers: { tenant: 'X-Tenant' } } }, 'propagate.headers.tenant')
  check({ propagate: { all: true } }, 'propagate')
  check({ classify: 'retry' }, 'classify')
  check({ context: 5 }, 'context')
  t.throws(() => resilient({} as never), { code: 'HG_ERR_OPTION', option: 'dispatcher' })
  const dispatcher = { dispatch: () => true, close: async () => {} }
  t.throws(() => resilient(dispatcher, { origin: 'http://a' } as never), { code: 'HG_ERR_OPTION' })
})

t.test('defaults give way to what is asked for', async (t) => {
  const made = [
    createClient(),
    createClient({ timeouts: { totalMs: 50 } }),
    createClient({
      timeouts: { totalMs: Number.POSITIVE_INFINITY, attemptMs: Number.POSITIVE_INFINITY },
    }),
    createClient({ timeouts: { attemptMs: 20_000 }, breaker: true }),
    createClient({ limiter: 5, hedge: true, throttle: false, retry: false, eject: false }),
    createClient({ origin: undefined, retry: undefined, hedge: undefined, limiter: undefined }),
  ]
  for (const client of made) {
    t.match(client.stats(), { calls: 0 })
    await client.close()
  }
})
