import t from 'tap'
import type { AdmissionEvent, AdmissionListener } from '../../src/admission/admission-event.ts'
import { REJECT_REASONS } from '../../src/admission/decision.ts'
import { DecisionRecord, isForCapacity } from '../../src/admission/decision-record.ts'
import { Passage } from '../../src/admission/passage.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'
import { createFlow } from '../queue/create-passage.ts'

const KEEPER = { sample: (): void => {}, release: (): void => {} }
const BACKLOG = { queued: 399, drainPerMs: 0.1 }

t.test('counts each tier and each reason on its own', async (t) => {
  const { record } = setUp({ perRequest: false })
  for (const rank of [0, 1, 1, 3]) record.onAdmit(new Passage(KEEPER, createFlow(rank), undefined))
  for (const [rank, reason] of [
    [0, 'full'],
    [2, 'shed'],
    [2, 'shed'],
    [2, 'pressure'],
    [3, 'draining'],
  ] as const) {
    record.onRefuse({ rank, reason, waitedMs: 0, nowMs: 0, isOwnDeadline: false })
  }
  t.same(record.counters.admitted, { critical: 1, important: 2, optional: 0, opportunistic: 1 })
  t.same(record.counters.rejected, {
    critical: { full: 1 },
    important: {},
    optional: { shed: 2, pressure: 1 },
    opportunistic: { draining: 1 },
  })
})

t.test('says when to come back, from the backlog', async (t) => {
  const { record } = setUp({ perRequest: false })
  const rejection = record.onRefuse({
    rank: 1,
    reason: 'full',
    waitedMs: 0,
    nowMs: 0,
    isOwnDeadline: false,
  })
  t.same(rejection, { admitted: false, reason: 'full', retryAfterMs: 4_000 })
})

t.test('builds the events of every request only for who wants them', async (t) => {
  const quiet = setUp({ perRequest: false })
  const loud = setUp({ perRequest: true })
  for (const { record } of [quiet, loud]) {
    const passage = new Passage(KEEPER, createFlow(2), undefined)
    passage.enqueuedMs = 3
    passage.start(10, 1)
    record.onAdmit(passage)
    record.onRelease(passage, 'overload', 25)
    record.onRefuse({ rank: 3, reason: 'cancelled', waitedMs: 7, nowMs: 30, isOwnDeadline: false })
  }
  t.same(quiet.events, [])
  t.same(loud.events, [
    { type: 'admitted', tier: 'optional', pool: 'default', waitedMs: 7 },
    { type: 'released', tier: 'optional', pool: 'default', outcome: 'overload', heldMs: 15 },
    {
      type: 'rejected',
      tier: 'opportunistic',
      pool: 'default',
      reason: 'cancelled',
      waitedMs: 7,
      retryAfterMs: 4_000,
    },
  ])
})

t.test(
  'overload is want of capacity, not clients or processes that go, nor a bound of their own',
  async (t) => {
    const notForCapacity = REJECT_REASONS.filter(
      (reason) => !isForCapacity({ reason, isOwnDeadline: false }),
    )
    t.same(notForCapacity, ['draining', 'tenant-full', 'tenant-rate', 'rate', 'cancelled'])
    const { record, clock, events, limiter } = setUp({ perRequest: false })
    for (const reason of notForCapacity) {
      record.onRefuse({ rank: 1, reason, waitedMs: 0, nowMs: 0, isOwnDeadline: false })
    }
    record.onRefuse({ rank: 1, reason: 'expired', waitedMs: 7, nowMs: 0, isOwnDeadline: true })
    t.equal(record.overloaded, false)
    t.equal(limiter.rejected, 0)
    record.onRefuse({ rank: 1, reason: 'pressure', waitedMs: 0, nowMs: 0, isOwnDeadline: false })
    t.equal(record.overloaded, true)
    t.equal(limiter.rejected, 1)
    clock.advance(1_000)
    t.same(
      events.map((event) => event.type === 'overload' && event.overloaded),
      [true, false],
    )
  },
)

t.test('works with nobody listening', async (t) => {
  const clock = new VirtualClock()
  const record = createRecord(clock, undefined).record
  t.equal(record.perRequest, false)
  record.onRefuse({ rank: 1, reason: 'full', waitedMs: 0, nowMs: 0, isOwnDeadline: false })
  t.equal(clock.pending, 1)
  record.stop()
  t.equal(clock.pending, 0)
})

function setUp({ perRequest }: { perRequest: boolean }) {
  const clock = new VirtualClock()
  const events: AdmissionEvent[] = []
  const onEvent = (event: AdmissionEvent): void => {
    events.push(event)
  }
  return { clock, events, ...createRecord(clock, { perRequest, onEvent }) }
}

function createRecord(clock: VirtualClock, listener: AdmissionListener | undefined) {
  const limiter = {
    rejected: 0,
    onReject(): void {
      limiter.rejected += 1
    },
  }
  const record = new DecisionRecord({
    clock,
    random: () => 0.5,
    listener,
    backlog: BACKLOG,
    limiter,
  })
  return { record, limiter }
}
