import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel'
import t from 'tap'
import type { AdmissionEvent } from '../../src/admission/admission-event.ts'
import { EventHub } from '../../src/admission/event-hub.ts'

const ADMITTED: AdmissionEvent = {
  type: 'admitted',
  tier: 'important',
  pool: 'default',
  waitedMs: 1,
}
const RELEASED: AdmissionEvent = {
  type: 'released',
  tier: 'important',
  pool: 'default',
  outcome: 'success',
  heldMs: 2,
}
const REJECTED: AdmissionEvent = {
  type: 'rejected',
  tier: 'optional',
  pool: 'default',
  reason: 'shed',
  waitedMs: 0,
  retryAfterMs: 1_000,
}
const LIMIT: AdmissionEvent = { type: 'limit', from: 20, to: 21, state: {} }
const DRAIN: AdmissionEvent = { type: 'drain', queued: 0, inFlight: 3 }
const ERROR: AdmissionEvent = { type: 'error', source: 'tier', error: 'x', suppressed: 0 }
const OVERLOAD: AdmissionEvent = {
  type: 'overload',
  overloaded: true,
  reason: 'full',
  rejected: 1,
  lastedMs: 0,
}
const ALL = [ADMITTED, RELEASED, REJECTED, LIMIT, DRAIN, ERROR, OVERLOAD]

function create() {
  const errors: unknown[] = []
  return { hub: new EventHub((error) => errors.push(error)), errors }
}

t.test('wants the events of every request only while somebody listens to them', async (t) => {
  const { hub } = create()
  t.equal(hub.perRequest, false)
  const endRare = hub.subscribe(() => {}, ['overload', 'error', 'limit', 'drain'])
  t.equal(hub.perRequest, false, 'rare events cost no request anything')
  for (const type of ['admitted', 'rejected', 'released'] as const) {
    const end = hub.subscribe(() => {}, [type])
    t.equal(hub.perRequest, true, type)
    end()
    t.equal(hub.perRequest, false)
  }
  const endAll = hub.subscribe(() => {})
  t.equal(hub.perRequest, true)
  endAll()
  endRare()
  t.equal(hub.perRequest, false)
})

t.test('tells each subscriber what it asked for', async (t) => {
  const { hub } = create()
  const all: AdmissionEvent[] = []
  const some: AdmissionEvent[] = []
  const none: AdmissionEvent[] = []
  hub.subscribe((event) => all.push(event))
  hub.subscribe((event) => some.push(event), ['limit', 'drain'])
  hub.subscribe((event) => none.push(event), [])
  for (const event of ALL) hub.onEvent(event)
  t.same(all, ALL)
  t.same(some, [LIMIT, DRAIN])
  t.same(none, [])
})

t.test('one function subscribed twice is two subscriptions', async (t) => {
  const { hub } = create()
  let heard = 0
  const listener = (): void => {
    heard += 1
  }
  const endFirst = hub.subscribe(listener)
  const endSecond = hub.subscribe(listener)
  hub.onEvent(LIMIT)
  t.equal(heard, 2)
  endFirst()
  endFirst()
  hub.onEvent(LIMIT)
  t.equal(heard, 3, 'ending one twice ends one')
  endSecond()
  hub.onEvent(LIMIT)
  t.equal(heard, 3)
})

t.test('a subscriber that throws is reported, and the others are told all the same', async (t) => {
  const { hub, errors } = create()
  const heard: string[] = []
  const broken = new Error('broken subscriber')
  hub.subscribe(() => {
    throw broken
  })
  hub.subscribe((event) => heard.push(event.type))
  hub.onEvent(LIMIT)
  t.same(errors, [broken])
  t.same(heard, ['limit'])
})

t.test('a subscriber may subscribe and end subscriptions while it is told', async (t) => {
  const { hub } = create()
  const heard: string[] = []
  const endFirst = hub.subscribe(() => {
    heard.push('first')
    endFirst()
    endLast()
    hub.subscribe(() => heard.push('new'), ['drain'])
  })
  const endLast = hub.subscribe(() => heard.push('last'))
  hub.onEvent(LIMIT)
  t.same(heard, ['first'])
  hub.onEvent(DRAIN)
  t.same(heard, ['first', 'new'])
})

t.test('publishes decisions, limits and drains on the diagnostics channels', async (t) => {
  const { hub } = create()
  const heard: [string | symbol, unknown][] = []
  const listener: ChannelListener = (message, name) => heard.push([name, message])
  const names = ['headgate:decision', 'headgate:limit', 'headgate:drain']
  t.equal(hub.perRequest, false)
  for (const name of names) subscribe(name, listener)
  t.teardown(() => {
    for (const name of names) unsubscribe(name, listener)
  })
  t.equal(hub.perRequest, true, 'who listens to decisions wants one for each request')
  for (const event of ALL) hub.onEvent(event)
  t.same(heard, [
    ['headgate:decision', ADMITTED],
    ['headgate:decision', REJECTED],
    ['headgate:limit', LIMIT],
    ['headgate:drain', DRAIN],
  ])
  unsubscribe('headgate:decision', listener)
  t.equal(hub.perRequest, false)
})
