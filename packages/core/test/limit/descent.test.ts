import t from 'tap'
import type { WindowReport } from '../../src/limit/adaptive-window.ts'
import { Descent } from '../../src/limit/descent.ts'

t.test('throughput that falls with the limit makes the way down a mistake', async (t) => {
  const watch = (window: Partial<Seen>, limit = 14): boolean => from20().watch(seen(window), limit)
  t.ok(watch({ inFlight: 14, perSecond: 700 }), 'all of it: nobody was waiting')
  t.notOk(watch({ inFlight: 14, perSecond: 1000 }), 'none of it: there was a queue')
  t.notOk(watch({ inFlight: 14, perSecond: 840 }), 'half of it')
  t.notOk(watch({ inFlight: 16, perSecond: 800 }), 'too early to say')
  t.notOk(watch({ inFlight: 14, perSecond: 700, pressedRatio: 0 }), 'the load has gone')
  t.notOk(watch({ inFlight: 14, perSecond: 700 }, 20), 'the limit is back where it was')
})

t.test('what luck can do proves nothing', async (t) => {
  const few = new Descent()
  few.begin(seen({ inFlight: 20, perSecond: 40 }), 20)
  t.notOk(few.watch(seen({ inFlight: 14, perSecond: 28 }), 14), '40 to 28 samples')
  t.ok(few.watch(seen({ inFlight: 8, perSecond: 16 }), 8), '40 to 16')
})

t.test('as far as throughput stayed, the way down was right, and is not gone back', async (t) => {
  const descent = from20()
  t.notOk(descent.watch(seen({ inFlight: 12, perSecond: 1000 }), 12))
  t.ok(descent.watch(seen({ inFlight: 8, perSecond: 670 }), 8))
  t.equal(descent.topLimit, 12)
})

t.test('begins where the first step began, and knows nothing when told to forget', async (t) => {
  const descent = from20()
  descent.begin(seen({ inFlight: 14, perSecond: 1000 }), 14)
  t.equal(descent.topLimit, 20)
  descent.forget()
  t.notOk(descent.watch(seen({ inFlight: 10, perSecond: 500 }), 10))
})

interface Seen {
  readonly inFlight: number
  readonly perSecond: number
  readonly pressedRatio: number
}

function from20(): Descent {
  const descent = new Descent()
  descent.begin(seen({ inFlight: 20, perSecond: 1000 }), 20)
  return descent
}

/** One second of a service. */
function seen({ inFlight = 20, perSecond = 1000, pressedRatio = 1 }: Partial<Seen>): WindowReport {
  return {
    ...{ endNs: 1e9, elapsedNs: 1e9, succeeded: perSecond, overloaded: 0 },
    ...{ latencyNs: 1e7, meanInFlight: inFlight, maxInFlight: inFlight, pressedRatio },
  }
}
