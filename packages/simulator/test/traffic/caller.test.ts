/** How clients behave, each against a gate of one slot of 10 ms. */
import { Admission, type AdmissionOptions, FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import {
  AdmissionGate,
  type Call,
  Caller,
  constant,
  Delay,
  naiveRetry,
  type Population,
  seededRandom,
} from '../../src/index.ts'

t.test('an answer is good while the client waits for it', async (t) => {
  const { calls, clock, caller } = setUp({ patienceMs: 15 })
  caller.call(0)
  caller.call(1)
  clock.advance(1000)
  t.strictSame(calls.map(describe), ['good after 10 ms, 1 tries', 'bad after 15 ms, 1 tries'])
})

t.test('a client that leaves gives its place up, where that is seen', async (t) => {
  const { clock, caller, admission } = setUp({ patienceMs: 5 })
  caller.call(0)
  caller.call(1)
  t.equal(admission.queued, 1)
  clock.advance(5)
  t.equal(admission.queued, 0)
  t.equal(admission.inFlight, 1, 'work that has begun goes on')
  clock.advance(5)
  t.equal(admission.inFlight, 0)
})

t.test('and is served in vain where it is not', async (t) => {
  const { clock, caller, admission, calls } = setUp({ patienceMs: 5, isLeavingSeen: false })
  caller.call(0)
  caller.call(1)
  clock.advance(5)
  t.equal(admission.queued, 1)
  clock.advance(10)
  t.equal(admission.inFlight, 1)
  clock.advance(10)
  t.strictSame(calls.map(describe), ['bad after 5 ms, 1 tries', 'bad after 5 ms, 1 tries'])
})

t.test('a refused client asks again, as often as it may', async (t) => {
  const { clock, caller, calls } = setUp({ retry: naiveRetry(3, 4) }, { queue: false })
  caller.call(0)
  caller.call(1)
  caller.call(2)
  clock.advance(1000)
  // Refused at 0, 4 and 8; the slot is free at 10.
  t.strictSame(calls.map(describe), [
    'bad after 8 ms, 3 tries',
    'bad after 8 ms, 3 tries',
    'good after 10 ms, 1 tries',
  ])
})

t.test('each try has a patience of its own, and one that comes through is enough', async (t) => {
  const { clock, caller, calls } = setUp({ patienceMs: 12, retry: naiveRetry(2, 1) })
  for (let serial = 0; serial < 3; serial += 1) caller.call(serial)
  clock.advance(1000)
  // The second starts at 10 and is left at 12; the third is left at 12 and asks again at 13, and so does
  // the second. The slot is free at 20.
  t.strictSame(calls.map(describe), [
    'good after 10 ms, 1 tries',
    'bad after 25 ms, 2 tries',
    'bad after 25 ms, 2 tries',
  ])
})

t.test('a retry needs what the successes before have earned', async (t) => {
  const retry = { ...naiveRetry(3, 4), budgetRatio: 0.5 }
  const { clock, caller, calls } = setUp({ retry }, { queue: false })
  for (let round = 0; round < 4; round += 1) {
    caller.call(0)
    clock.advance(100)
  }
  caller.call(0)
  caller.call(0)
  caller.call(0)
  clock.advance(1000)
  t.strictSame(
    calls.slice(4).map(({ tries }) => tries),
    [2, 2, 1],
  )
})

function setUp(
  behaviour: Partial<Population>,
  options: AdmissionOptions = {},
): {
  readonly clock: VirtualClock
  readonly admission: Admission
  readonly caller: Caller
  readonly calls: readonly Call[]
} {
  const clock = new VirtualClock()
  const random = seededRandom(1)
  const admission = new Admission({ clock, random, limit: new FixedLimit(1) }, options)
  const gate = new AdmissionGate({ clock, admission, stage: new Delay(clock), observers: [] })
  const calls: Call[] = []
  let ids = 0
  const population: Population = {
    name: 'clients',
    load: { kind: 'closed', clients: 1, think: constant(0) },
    work: constant(10),
    ...behaviour,
  }
  const parts = {
    clock,
    gate,
    random: () => random,
    nextId: () => ids++,
    onCall: (call: Call) => void calls.push(call),
  }
  return { clock, admission, calls, caller: new Caller(parts, population) }
}

function describe({ isGood, latencyMs, tries }: Call): string {
  return `${isGood ? 'good' : 'bad'} after ${latencyMs} ms, ${tries} tries`
}
