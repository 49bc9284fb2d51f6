import { FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import { Admission } from '../../src/admission/admission.ts'
import { resolveSlowClients } from '../../src/slow/slow-clients.ts'

t.test('closing leaves no timer, whatever is held and however slow clients are', async (t) => {
  const clock = new VirtualClock()
  const slowClients = resolveSlowClients()
  const parts = { clock, limit: new FixedLimit(1), signals: [], slowClients }
  const admission = new Admission(parts, {})
  const idle = clock.pending
  admission.held.add({
    startedMs: 0,
    stage: 'working',
    leftMs: undefined,
    heldBefore: undefined,
    heldAfter: undefined,
    giveBack: () => {},
  })
  admission.slow.watch({ isOver: false, isDue: true, movedBytes: 0, cutOff: () => {} })
  t.equal(clock.pending, idle + 2, 'one for each')
  admission.close()
  t.equal(clock.pending, 0)
})
