import t from 'tap'
import { Admission } from '../../src/admission/admission.ts'
import type { DurationRecorder } from '../../src/admission/duration-recorder.ts'
import type { Passage } from '../../src/admission/passage.ts'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

t.test('durations are told as numbers, without an event', async (t) => {
  const clock = new VirtualClock()
  const told: unknown[] = []
  const durations: DurationRecorder = {
    onWait: ({ lane, rank }, waitedMs) => told.push(['wait', lane, rank, waitedMs]),
    onService: ({ lane, rank }, outcome, heldMs) =>
      told.push(['service', lane, rank, outcome, heldMs]),
  }
  const onEvent = (): void => {
    t.fail('nobody asked for events')
  }
  const admission = new Admission(
    {
      ...{ clock, random: () => 0.5, limit: new FixedLimit(1) },
      listener: { perRequest: false, durations, onEvent },
    },
    { pools: { reports: {} } },
  )
  const arrival = { onAdmit: () => {}, onReject: () => {} }
  const first = admission.offer({ tier: 'critical' }, arrival) as Passage
  const second = admission.offer({ tier: 'optional', pool: 'reports' }, arrival) as Passage
  const lane = admission.poolNames.indexOf('reports')
  const other = admission.poolNames.indexOf('default')
  clock.advance(3)
  first.release('overload')
  clock.advance(2)
  second.sample('success')
  clock.advance(1)
  second.release('success')
  t.same(told, [
    ['wait', other, 0, 0],
    ['service', other, 0, 'overload', 3],
    ['wait', lane, 2, 3],
    ['service', lane, 2, 'success', 3],
  ])
})
