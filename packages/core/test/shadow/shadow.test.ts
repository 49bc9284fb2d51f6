import t from 'tap'
import { Admission } from '../../src/admission/admission.ts'
import type { AdmissionEvent } from '../../src/admission/admission-event.ts'
import type { AdmissionOptions } from '../../src/admission/admission-options.ts'
import type { AdmissionRequest } from '../../src/admission/admission-request.ts'
import { TopTalkers } from '../../src/fairness/top-talkers.ts'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { Shadow } from '../../src/shadow/shadow.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

t.test('lets every request run, and counts what would have been said', async (t) => {
  const { pass, admission, shadow, clock } = setUp({ queue: false })
  const [first, second] = [pass(), pass()]
  t.equal(second.state, 'running')
  t.equal(shadow.inFlight, 2)
  t.equal(admission.inFlight, 1, 'the second would not have got a permit')
  clock.advance(5)
  first.release('success')
  second.release('overload')
  t.same(shadow.snapshot().requests.default?.important, {
    admitted: { success: 1 },
    full: { overload: 1 },
  })
  t.equal(shadow.inFlight, 0)
  t.equal(admission.inFlight, 0)
})

t.test('what would have been said is nothing that happened', async (t) => {
  const { pass, admission, events } = setUp({ queue: false })
  const passages = [pass({ tier: 'critical' }), pass()]
  for (const passage of passages) passage.release('success')
  const { admitted, rejected, overloaded } = admission.snapshot()
  t.match(admitted, { critical: 1, important: 1 }, 'both ran')
  t.match(rejected, { critical: {}, important: {} })
  t.equal(overloaded, false)
  t.same(
    events.map(({ type }) => type),
    ['admitted', 'admitted', 'released', 'shadow', 'released', 'shadow'],
  )
})

t.test('a wait that would have ended is told with its length', async (t) => {
  const { pass, clock, events } = setUp()
  const [first, second] = [pass(), pass()]
  clock.advance(20)
  first.release('success')
  clock.advance(10)
  second.release('success')
  const told = events.filter(({ type }) => type === 'shadow')
  t.match(told, [
    { would: 'admitted', waitedMs: 0, heldMs: 20 },
    { would: 'admitted', waitedMs: 20, heldMs: 30 },
  ])
})

t.test('one that ends before its turn would have come leaves the queue', async (t) => {
  const { pass, admission, shadow } = setUp()
  const [, second] = [pass(), pass()]
  t.equal(admission.queued, 1)
  second.release('success')
  t.equal(admission.queued, 0)
  t.same(shadow.snapshot().requests.default?.important, { waiting: { success: 1 } })
})

t.test('one that would have expired runs on, and is counted when it has ended', async (t) => {
  const { pass, shadow, clock, admission } = setUp({ queue: { maxWaitMs: 50 } })
  const [first, second] = [pass(), pass()]
  clock.advance(60)
  t.equal(second.state, 'running')
  t.equal(admission.queued, 0)
  second.release('success')
  first.release('success')
  t.match(shadow.snapshot().requests.default?.important, { expired: { success: 1 } })
})

t.test('the first sample is what counts, not how it was released', async (t) => {
  const { pass, shadow } = setUp()
  const passage = pass()
  passage.sample('overload')
  passage.release('ignore')
  t.same(shadow.snapshot().requests.default?.important, { admitted: { overload: 1 } })
})

t.test(
  'counts by pool, and by the tier and tenant of one that was refused at the door',
  async (t) => {
    const { pass, shadow, admission } = setUp({ queue: false, pools: { reports: {} } })
    const passages = [
      pass({ pool: 'reports' }),
      pass({ pool: 'reports', tier: 'optional', tenant: 'a' }),
      pass({ pool: 'nowhere', deadlineMs: 0, tier: 'nothing' as 'optional' }),
    ]
    t.equal(passages[1]?.tenant, 'a')
    for (const passage of passages) passage.release('success')
    const { reports, default: rest } = shadow.snapshot().requests
    t.same(reports?.important, { admitted: { success: 1 } })
    t.same(reports?.optional, { full: { success: 1 } })
    t.same(rest?.important, { expired: { success: 1 } })
    t.equal(admission.snapshot().pools.reports?.admitted.optional, 1)
  },
)

t.test('in earnest again, decisions are acted on, and what ran on ends as it began', async (t) => {
  const { pass, admission, shadow } = setUp({ queue: false })
  const passages = [pass(), pass()]
  const refused = admission.offer()
  t.equal(refused.admitted, false)
  for (const passage of passages) passage.release('success')
  const admitted = admission.offer()
  t.equal(admitted.admitted, true)
  const { rejected } = admission.snapshot()
  t.same(rejected.important, { full: 1 })
  t.equal(shadow.inFlight, 0)
})

t.test('a tenant gets in shadow what it gets in fact', async (t) => {
  const { pass, talkers, clock } = setUp({ queue: false })
  const passages = [pass({ tenant: 'a' }), pass({ tenant: 'a' })]
  clock.advance(10)
  for (const passage of passages) passage.release('success')
  t.match(talkers.top(), [{ tenant: 'a', admitted: 2, rejected: {}, slotMs: 20 }])
})

function setUp(options: AdmissionOptions = {}) {
  const clock = new VirtualClock()
  const events: AdmissionEvent[] = []
  const shadow = new Shadow(clock)
  const talkers = new TopTalkers()
  const listener = { perRequest: true, onEvent: (event: AdmissionEvent) => void events.push(event) }
  const admission = new Admission(
    { clock, random: () => 0.5, limit: new FixedLimit(1), listener, shadow, talkers },
    options,
  )
  const pass = (request?: AdmissionRequest) => shadow.pass(admission, request)
  return { clock, events, shadow, talkers, admission, pass }
}
