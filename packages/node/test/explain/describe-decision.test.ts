import { REJECT_REASONS } from '@headgate/core'
import t from 'tap'
import { describeDecision } from '../../src/explain/describe-decision.ts'
import type { DecisionAnswer } from '../../src/explain/explained-decision.ts'

t.test('has words of its own for every answer', async (t) => {
  const answers: DecisionAnswer[] = ['admitted', 'waiting', ...REJECT_REASONS]
  const texts = answers.map((answer) => describeDecision(told(answer)))
  t.equal(new Set(texts).size, answers.length)
  for (const text of texts) t.notMatch(text, /undefined|NaN/)
  t.match(describeDecision(told('shed')), /31 waited where this tier may come in below 32/)
})

function told(answer: DecisionAnswer): Parameters<typeof describeDecision>[0] {
  return {
    ...{ requestId: 'r', atMs: 0, mode: 'enforce', answer, waitedMs: 3, retryAfterMs: 1_000 },
    ...{ tier: 'optional', pool: 'default', tenant: 'a', cost: 1, deadlineMs: 50 },
    ...{ limit: 8, limitState: { reason: 'grow' }, inFlight: 8, queued: 31, poolInFlight: 8 },
    ...{ poolMost: 8, poolQueued: 31, poolMaxQueued: 64, tierPlaces: 32, maxWaitMs: 100 },
    ...{ drainPerSecond: 12, pressure: 0.5, isHardPressure: false },
  }
}
