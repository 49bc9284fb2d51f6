/** A checker that finds nothing is worth nothing: each lie here is one that it must find. */
import { Admission, type AdmissionSnapshot, FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import {
  Attempt,
  type AttemptNeeds,
  Call,
  constant,
  type Population,
  RunChecker,
  type RunPromises,
  steadyRate,
} from '../../src/index.ts'

const CLIENTS: Population = { name: 'clients', load: steadyRate(1), work: constant(1) }

t.test('an honest run has no problems', async (t) => {
  const { checker, admission, start, serve, refuse } = setUp({ maxQueued: 1, maxWaitMs: 100 })
  const [first, second] = [start(attempt(1)), attempt(2)]
  refuse(second, 'full')
  admission.inFlight = 1
  checker.onSettled()
  serve(first)
  admission.inFlight = 0
  checker.onSettled()
  checker.onEnd()
  t.strictSame(checker.problems, [])
})

t.test('finds a request that was never answered', async (t) => {
  const { checker, start, refuse } = setUp()
  start(attempt(1))
  refuse(attempt(2), 'full')
  checker.onEnd()
  t.match(checker.problems.join(), /1 have never ended/)
})

t.test('finds a request that was answered twice', async (t) => {
  const { checker, start, serve } = setUp()
  const twice = start(attempt(1))
  serve(twice)
  checker.onServe(twice)
  t.match(checker.problems.join(), /1 is not inside/)
})

t.test('finds more in flight than the limit, but lets what is too wide run alone', async (t) => {
  const { checker, start, serve } = setUp()
  serve(start(attempt(1, { cost: 3 })))
  t.strictSame(checker.problems, [])
  for (const id of [2, 3, 4]) start(attempt(id))
  t.match(checker.problems, [/3 in flight, the limit is 2/])
})

t.test('finds a tenant that has more than it may', async (t) => {
  const { checker, start } = setUp({ maxInFlight: () => 1 })
  start(attempt(1, { tenant: 'a' }))
  start(attempt(2, { tenant: 'a' }))
  t.match(checker.problems, [/a has 2 in flight/])
})

t.test('finds who ran after its deadline, or after the longest wait', async (t) => {
  const { checker, start } = setUp({ maxWaitMs: 100 })
  start(attempt(1, { deadlineMs: 50 }), 60)
  start(attempt(2), 101)
  t.match(checker.problems, [/1 ran after 60 ms/, /2 ran after 101 ms/])
})

t.test('finds counts that differ from its own', async (t) => {
  const { checker, admission } = setUp()
  admission.queued = 1
  admission.inFlight = 2
  checker.onSettled()
  t.match(checker.problems, [/0 wait, the admission counts 1/, /0 run, not 2/])
})

t.test('finds a room that is fuller than it may be, unless it has shrunk', async (t) => {
  const { checker, admission } = setUp({ maxQueued: 1 })
  for (const id of [1, 2]) wait(checker, attempt(id))
  admission.queued = 2
  admission.inFlight = 0
  checker.onSettled()
  t.match(checker.problems, [/2 wait, 1 may/, /waits beside a free permit/])
})

t.test('finds who waits beside a free permit, but not whose tenant has its fill', async (t) => {
  const { checker, admission, start } = setUp({ maxInFlight: () => 1 })
  start(attempt(1, { tenant: 'a' }))
  admission.inFlight = 1
  wait(checker, attempt(2, { tenant: 'a' }))
  admission.queued = 1
  checker.onSettled()
  t.strictSame(checker.problems, [])
  wait(checker, attempt(3, { tenant: 'b' }))
  admission.queued = 2
  checker.onSettled()
  t.match(checker.problems, [/3 waits beside a free permit/])
})

t.test('finds critical work that was shed or evicted', async (t) => {
  const { checker, refuse } = setUp()
  refuse(attempt(1, { tier: 'critical' }), 'shed')
  refuse(attempt(2, { tier: 'important' }), 'shed')
  t.match(checker.problems, [/critical was shed/])
})

t.test('says no more than twenty things', async (t) => {
  const { checker, admission } = setUp()
  admission.queued = 1
  for (let i = 0; i < 30; i += 1) checker.onSettled()
  t.equal(checker.problems.length, 20)
})

function setUp(promises: RunPromises = {}): {
  readonly checker: RunChecker
  readonly admission: { queued: number; inFlight: number; snapshot(): AdmissionSnapshot }
  readonly start: (attempt: Attempt, waitedMs?: number) => Attempt
  readonly serve: (attempt: Attempt) => void
  readonly refuse: (attempt: Attempt, reason: 'full' | 'shed') => void
} {
  const clock = new VirtualClock()
  const limit = new FixedLimit(2)
  const counts = { admitted: 0, full: 0 }
  const empty = new Admission({ clock, random: () => 0, limit }).snapshot()
  const admission = {
    queued: 0,
    inFlight: 0,
    snapshot: () => ({
      ...empty,
      queued: admission.queued,
      inFlight: admission.inFlight,
      admitted: { ...empty.admitted, important: counts.admitted },
      rejected: { ...empty.rejected, important: { full: counts.full } },
    }),
  }
  const checker = new RunChecker({ clock, admission, limit, promises })
  return {
    checker,
    admission,
    start: (attempt, waitedMs = 0) => {
      checker.onOffer(attempt)
      attempt.state = 'running'
      attempt.startedMs = attempt.offeredMs + waitedMs
      counts.admitted += 1
      checker.onStart(attempt)
      return attempt
    },
    serve: (attempt) => {
      attempt.state = 'served'
      checker.onServe(attempt)
    },
    refuse: (attempt, reason) => {
      checker.onOffer(attempt)
      attempt.reason = reason
      counts.full += 1
      checker.onRefuse(attempt)
    },
  }
}

function wait(checker: RunChecker, attempt: Attempt): void {
  checker.onOffer(attempt)
  attempt.state = 'waiting'
}

function attempt(id: number, request: AttemptNeeds['request'] = {}): Attempt {
  const call = new Call(CLIENTS, request.tenant, 0)
  return new Attempt({ id, call, request, workMs: 1, onEnd: () => {} }, 0)
}
