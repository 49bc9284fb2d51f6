import t from 'tap'
import { Agent } from 'undici'
import { createClient, resilient } from '../../src/index.ts'

t.test('a client tells every option, and of a policy that is off that it is', async (t) => {
  const client = createClient()
  t.teardown(() => client.close())
  t.match(client.stats().options, {
    'timeouts.totalMs': 30_000,
    'retry.attempts': 3,
    'retry.budget.creditRatio': 0.2,
    'retry.delay.overloadBaseDelayMs': 1000,
    'retry.statuses': '408,425,429,502,503,504',
    hedge: false,
    breaker: false,
    'limiter.maxQueued': 1000,
    'limiter.backoffRatio': 0.9,
    'propagate.tier': true,
    dedupe: false,
    classify: 'default',
  })
})

t.test('what was asked for is told instead of the default', async (t) => {
  const client = createClient({
    timeouts: { totalMs: Number.POSITIVE_INFINITY, attemptMs: 50 },
    retry: false,
    hedge: { delay: { quantile: 0.5 }, budget: undefined },
    breaker: { minCalls: 5 },
    limiter: 12,
    throttle: false,
    eject: { slow: false },
    propagate: { tenant: false, origins: ['https://a.example'] },
    classify: () => undefined,
  })
  t.teardown(() => client.close())
  t.match(client.stats().options, {
    'timeouts.totalMs': 'Infinity',
    'timeouts.attemptMs': 50,
    retry: false,
    'hedge.delay.quantile': 0.5,
    'hedge.budget.creditRatio': 0.05,
    'breaker.minCalls': 5,
    'breaker.maxConsecutive': 5,
    'limiter.minLimit': 12,
    throttle: false,
    'eject.slow': false,
    'propagate.tenant': false,
    'propagate.origins': 'https://a.example',
    classify: 'function',
  })
})

t.test('so does a dispatcher that was made resilient', async (t) => {
  const dispatcher = resilient(new Agent(), { retry: { attempts: 2 } })
  t.teardown(() => dispatcher.close())
  t.match(dispatcher.stats().options, { 'retry.attempts': 2, 'eject.slow.slownessRatio': 5 })
})
