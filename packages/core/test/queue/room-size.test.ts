import t from 'tap'
import { QUEUE_DEFAULTS, type ResolvedQueue } from '../../src/admission/admission-options.ts'
import type { Dispatcher } from '../../src/admission/dispatcher.ts'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { Limiter } from '../../src/limiter/limiter.ts'
import { maxQueuedNow } from '../../src/queue/room-size.ts'

const QUEUE: ResolvedQueue = QUEUE_DEFAULTS

t.test('is four times the limit, within 64 and 10,000', async (t) => {
  check(t, { limit: 1, expected: 64 })
  check(t, { limit: 16, expected: 64 })
  check(t, { limit: 17, expected: 68 })
  check(t, { limit: 2_500, expected: 10_000 })
  check(t, { limit: 1e6, expected: 10_000 })
})

t.test('is as large as the option says, whatever the limit', async (t) => {
  check(t, { limit: 20, maxQueued: 3, expected: 3 })
  check(t, { limit: 20, maxQueued: 500_000, expected: 500_000 })
})

t.test('with a dispatcher, holds what the loop gets through in the longest wait', async (t) => {
  check(t, { limit: 20, startMs: 0.1, expected: 1_000 })
  check(t, { limit: 20, startMs: 0.001, expected: 10_000 })
  check(t, { limit: 20, startMs: 50, expected: 80 })
})

t.test(
  'and no more than the permits get through, whether one is free just now or not',
  async (t) => {
    // 20 permits of 10 ms each: 2 a millisecond.
    check(t, { limit: 20, startMs: 0.1, latencyMs: 10, expected: 200 })
    check(t, { limit: 20, startMs: 0.1, latencyMs: 10, inFlight: 20, expected: 200 })
    check(t, { limit: 20, startMs: 0.1, latencyMs: 1_000, expected: 80 })
    check(t, { limit: 20, startMs: 2, latencyMs: 2, expected: 80 })
  },
)

interface Case {
  readonly limit: number
  readonly maxQueued?: number
  readonly startMs?: number
  /** Of the one sample so far. */
  readonly latencyMs?: number
  readonly inFlight?: number
  readonly expected: number
}

function check(t: Pick<typeof import('tap').t, 'equal'>, it: Case): void {
  const limiter = new Limiter(new FixedLimit(it.limit), () => {})
  if (it.latencyMs !== undefined) {
    limiter.learn('success', { inFlight: 1, startedMs: 0 }, it.latencyMs)
  }
  for (let taken = 0; taken < (it.inFlight ?? 0); taken += 1) limiter.take()
  const dispatcher: Dispatcher | undefined =
    it.startMs === undefined ? undefined : { startMs: it.startMs, wake: () => {} }
  const queue = { ...QUEUE, maxQueued: it.maxQueued }
  t.equal(maxQueuedNow(queue, limiter, dispatcher), it.expected, JSON.stringify(it))
}
