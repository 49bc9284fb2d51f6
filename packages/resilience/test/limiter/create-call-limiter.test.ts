import { type Permit, type Tier, VirtualClock } from '@headgate/core'
import t from 'tap'
import { CallLimit } from '../../src/limiter/call-limit.ts'
import {
  type CallLimiterOptions,
  createCallLimiter,
} from '../../src/limiter/create-call-limiter.ts'
import { throwsOption } from '../throws-option.ts'

function create(initialLimit: number, options?: CallLimiterOptions) {
  const clock = new VirtualClock()
  const limit = new CallLimit({ initialLimit })
  return { clock, limiter: createCallLimiter({ clock, random: () => 0.5, limit }, options) }
}

t.test('as many wait as may run, the least important of them make way', async (t) => {
  const { clock, limiter } = create(4)
  const log: string[] = []
  const offer = (name: string, tier: Tier) => {
    const answer = limiter.offer(
      { tier },
      {
        onAdmit: () => log.push(`${name} runs`),
        onReject: ({ reason }) => log.push(`${name} ${reason}`),
      },
    )
    return 'reason' in answer ? answer.reason : answer.state
  }
  for (let count = 0; count < 4; count += 1) t.equal(offer('first', 'important'), 'running')
  t.equal(offer('a', 'opportunistic'), 'queued')
  t.equal(offer('b', 'critical'), 'queued')
  t.equal(offer('c', 'critical'), 'queued')
  t.equal(offer('d', 'critical'), 'queued')
  t.equal(offer('e', 'critical'), 'queued', 'in the place of a')
  t.equal(offer('f', 'critical'), 'full')
  clock.advance(1)
  t.same(log, ['a evicted'])
})

t.test('waits at most so long, and at most until its own deadline', async (t) => {
  const { clock, limiter } = create(2)
  const log: string[] = []
  const offer = (deadlineMs?: number) =>
    limiter.offer(
      { tier: 'critical', deadlineMs },
      { onAdmit: () => {}, onReject: ({ reason }) => log.push(`${reason} ${deadlineMs}`) },
    )
  offer()
  offer()
  offer(100)
  offer()
  clock.advance(200)
  t.same(log, ['expired 100'])
  clock.advance(4700)
  t.equal(log.length, 1)
  clock.advance(200)
  t.same(log, ['expired 100', 'expired undefined'])
})

t.test('the queue follows the limit, unless it was given', async (t) => {
  const learn = (limiter: ReturnType<typeof create>['limiter'], clock: VirtualClock) => {
    const decision = limiter.tryAcquire()
    clock.advance(10)
    if (decision.admitted) decision.permit.release('overload')
  }
  const { clock, limiter } = create(20)
  t.equal(limiter.snapshot().maxQueued, 20)
  learn(limiter, clock)
  t.equal(limiter.snapshot().maxQueued, 18)
  const fixed = create(20, { maxQueued: 7 })
  learn(fixed.limiter, fixed.clock)
  t.equal(fixed.limiter.snapshot().maxQueued, 7)
})

t.test('a listener hears of the limit', async (t) => {
  const clock = new VirtualClock()
  const events: string[] = []
  const listener = { perRequest: false, onEvent: ({ type }: { type: string }) => events.push(type) }
  const limiter = createCallLimiter({ clock, random: () => 0.5, listener })
  const decision = limiter.tryAcquire()
  clock.advance(1)
  if (decision.admitted) decision.permit.release('overload')
  t.same(events, ['limit'])
})

t.test(
  'in front of a server that takes 30 at once and refuses more, 30 are kept busy',
  async (t) => {
    const { clock, limiter } = create(5)
    const seen = { running: 0, served: 0, refused: 0 }
    const start = (permit: Permit) => {
      const isFull = seen.running >= 30
      if (!isFull) seen.running += 1
      clock.schedule(isFull ? 1 : 10, () => {
        if (isFull) seen.refused += 1
        else {
          seen.running -= 1
          seen.served += 1
        }
        permit.release(isFull ? 'overload' : 'success')
      })
    }
    const arrive = () => {
      const answer = limiter.offer({}, { onAdmit: start, onReject: () => {} })
      if ('state' in answer && answer.state === 'running') start(answer)
      clock.schedule(1 / 6, arrive)
    }
    arrive()
    clock.advance(10_000)
    const before = { ...seen }
    clock.advance(20_000)
    const served = seen.served - before.served
    const refused = seen.refused - before.refused
    t.comment(
      `of 60,000 that could be served ${served} were; ${refused} were refused by the server`,
    )
    t.ok(served > 0.9 * 60_000)
    t.ok(refused < 0.02 * served)
  },
)

t.test('wrong options throw', async (t) => {
  const parts = { clock: new VirtualClock(), random: () => 0 }
  throwsOption(t, (options) => createCallLimiter(parts, options), [
    [{ maxQueued: 0 }, 'maxQueued'],
    [{ maxWaitMs: 0 }, 'maxWaitMs'],
    [{ queue: {} }, 'options'],
  ])
})
