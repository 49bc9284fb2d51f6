import { TimeShare, VirtualClock } from '@headgate/core'
import t from 'tap'
import { ListenerLosses } from '../../src/admission/listener-losses.ts'

function shareThatLost(count: number): TimeShare {
  const share = new TimeShare(new VirtualClock(), 0.01)
  share.drop(count)
  return share
}

t.test('what a listener lost stays when it has ended, and is of its name', async (t) => {
  const losses = new ListenerLosses()
  const [first, second] = [shareThatLost(2), shareThatLost(3)]
  const end = losses.open('log', first)
  losses.open('log', second)
  t.same(losses.snapshot(), { log: { dropped: 5, errors: 0 } })
  end()
  end()
  t.same(losses.snapshot(), { log: { dropped: 5, errors: 0 } }, 'once, however often it ends')
  second.drop(1)
  t.same(losses.snapshot(), { log: { dropped: 6, errors: 0 } })
})

t.test('names are bounded: those beyond are told as one', async (t) => {
  const losses = new ListenerLosses()
  for (let n = 0; n < 1_000; n += 1) losses.open(`of request ${n}`, shareThatLost(1))()
  const names = Object.keys(losses.snapshot())
  t.equal(names.length, 32)
  t.same(losses.snapshot().other, { dropped: 969, errors: 0 })
})
