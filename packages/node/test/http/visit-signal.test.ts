import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { VisitSignal } from '../../src/http/visit-signal.ts'

t.test('the deadline aborts it, unless it was answered before', async (t) => {
  const clock = new VirtualClock()
  const [late, answered] = [new VisitSignal(clock, 50), new VisitSignal(clock, 50)]
  clock.advance(49)
  t.notOk(late.signal.aborted)
  answered.stop()
  clock.advance(1)
  t.match(late.signal.reason, { name: 'TimeoutError', message: /deadline/ })
  t.notOk(answered.signal.aborted)
})

t.test('only the first end counts, and without a deadline there is no timer', async (t) => {
  const clock = new VirtualClock()
  const left = new VisitSignal(clock, 50)
  left.abort('left')
  clock.advance(100)
  t.match(left.signal.reason, { name: 'AbortError' })
  const patient = new VisitSignal(clock, Number.POSITIVE_INFINITY)
  clock.advance(1e9)
  t.notOk(patient.signal.aborted)
  patient.abort('overdue')
  t.match(patient.signal.reason, { name: 'TimeoutError', message: /maxHoldMs/ })
})
