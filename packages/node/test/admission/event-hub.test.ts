import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
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
  const clock = new VirtualClock()
  const hub = new EventHub(clock, (error) => errors.push(error))
  return { hub, errors, clock }
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

t.test('a slow listener hears what it has time for, and nobody else loses anything', async (t) => {
  const { hub, clock } = create()
  const heard = { slow: 0, quick: 0 }
  const slow = (): void => {
    heard.slow += 1
    clock.advance(5)
  }
  hub.subscribe(slow)
  hub.subscribe(() => {
    heard.quick += 1
  })
  for (let n = 0; n < 1_000; n += 1) {
    hub.onEvent(ADMITTED)
    clock.advance(1)
  }
  // 10 ms at once, a hundredth of the second, and the last call owes.
  t.equal(heard.slow, 5)
  t.equal(heard.quick, 1_000)
  t.same(hub.listeners.slow, { dropped: 995, errors: 0 })
  t.same(hub.listeners.listener, { dropped: 0, errors: 0 })
})

t.test('what must not be missed reaches a slow listener too', async (t) => {
  const { hub, clock } = create()
  const heard: string[] = []
  const slow = ({ type }: AdmissionEvent): void => {
    heard.push(type)
    clock.advance(500)
  }
  hub.subscribe(slow)
  for (const event of ALL) hub.onEvent(event)
  t.same(heard, ['admitted', 'drain', 'error', 'overload'])
  t.equal(hub.listeners.slow?.dropped, 3)
})

t.test('who wants no bound has none', async (t) => {
  const { hub, clock } = create()
  let heard = 0
  const onEvent = (): void => {
    heard += 1
    clock.advance(500)
  }
  hub.subscribe(onEvent, undefined, { maxTimeRatio: 1, name: 'audit' })
  for (let n = 0; n < 100; n += 1) hub.onEvent(ADMITTED)
  t.equal(heard, 100)
  t.same(hub.listeners.audit, { dropped: 0, errors: 0 })
})

t.test('slow listeners on the channels are left out as well, and counted', async (t) => {
  const { hub, clock } = create()
  let heard = 0
  const listener: ChannelListener = () => {
    heard += 1
    clock.advance(500)
  }
  subscribe('headgate:decision', listener)
  t.teardown(() => unsubscribe('headgate:decision', listener))
  for (let n = 0; n < 10; n += 1) hub.onEvent(ADMITTED)
  t.equal(heard, 1)
  t.same(hub.listeners.diagnostics_channel, { dropped: 9, errors: 0 })
})

t.test('what is wrong with a subscription is told at once', async (t) => {
  const { hub } = create()
  const listener = (): void => {}
  t.throws(() => hub.subscribe(7 as never), { code: 'HG_ERR_OPTION', message: /listener/ })
  t.throws(() => hub.subscribe(listener, ['nothing' as never]), { message: /only/ })
  for (const [options, message] of [
    [{ maxTimeRatio: 0 }, /maxTimeRatio must be .*, got 0/],
    [{ maxTimeRatio: 1.1 }, /maxTimeRatio/],
    [{ name: '' }, /name must be a string of 1 to 64 characters/],
    [{ names: 'x' }, /names/],
  ] as const) {
    t.throws(() => hub.subscribe(listener, undefined, options as never), {
      code: 'HG_ERR_OPTION',
      message,
    })
  }
  t.equal(hub.perRequest, false, 'nobody was subscribed')
})

t.test('every event is heard, dropped or thrown at, whoever comes and goes', async (t) => {
  const step = fc.record({
    what: fc.constantFrom('tell', 'tell', 'tell', 'subscribe', 'end'),
    who: fc.constantFrom('a', 'b', 'c'),
    tookMs: fc.nat(30),
    throws: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { hub, clock } = create()
      const ends = new Map<string, () => void>()
      const told: Record<string, number> = { a: 0, b: 0, c: 0 }
      const heard: Record<string, number> = { a: 0, b: 0, c: 0 }
      let now: (typeof steps)[number] | undefined
      for (const next of steps) {
        now = next
        const { what, who } = next
        if (what === 'end') {
          ends.get(who)?.()
          ends.delete(who)
        } else if (what === 'subscribe' && !ends.has(who)) {
          const listener = (): void => {
            heard[who] = (heard[who] ?? 0) + 1
            clock.advance(now?.tookMs ?? 0)
            if (now?.throws) throw new Error('broken')
          }
          ends.set(who, hub.subscribe(listener, ['admitted'], { name: who }))
        } else if (what === 'tell') {
          for (const name of ends.keys()) told[name] = (told[name] ?? 0) + 1
          hub.onEvent(ADMITTED)
        }
      }
      return ['a', 'b', 'c'].every((name) => {
        const { dropped = 0, errors = 0 } = hub.listeners[name] ?? {}
        return told[name] === (heard[name] ?? 0) + dropped && errors <= (heard[name] ?? 0)
      })
    }),
    { verbose: true },
  )
  t.pass('for any history')
})
