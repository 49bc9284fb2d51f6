import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { Breaker, type BreakerEvent } from '../../src/breaker/breaker.ts'
import type { BreakerOptions } from '../../src/breaker/breaker-options.ts'
import type { CallOutcome } from '../../src/outcome/call-outcome.ts'
import { throwsOption } from '../throws-option.ts'

function create(options?: BreakerOptions) {
  const clock = new VirtualClock()
  const events: BreakerEvent[] = []
  const listener = (event: BreakerEvent) => events.push(event)
  const breaker = new Breaker({ clock, random: () => 0.5, listener }, options)
  /** Makes so many calls, one after another; how many were let through. */
  const call = (outcome: CallOutcome, times = 1, latencyMs = 10): number => {
    let passed = 0
    for (let count = 0; count < times; count += 1) {
      const pass = breaker.tryPass()
      if (pass === undefined) continue
      passed += 1
      pass.end(outcome, latencyMs)
    }
    return passed
  }
  return { clock, breaker, events, call }
}

t.test('five failures in a row open it, with a success between they do not', async (t) => {
  const { breaker, call } = create()
  call('failure', 4)
  call('success')
  call('failure', 4)
  t.equal(breaker.state, 'closed')
  call('failure')
  t.equal(breaker.state, 'open')
  t.equal(breaker.snapshot().reason, 'consecutive')
  t.equal(call('success', 10), 0)
})

t.test('too few successes open it, from twenty calls on', async (t) => {
  const { breaker, call } = create({ maxConsecutive: Number.POSITIVE_INFINITY })
  call('success', 9)
  call('failure', 10)
  t.equal(breaker.state, 'closed', '9 of 19')
  call('failure')
  t.equal(breaker.state, 'open', '9 of 20')
  t.equal(breaker.snapshot().reason, 'ratio')
})

t.test('half of twenty is enough, and what is older than the window does not count', async (t) => {
  const { clock, breaker, call } = create({ maxConsecutive: Number.POSITIVE_INFINITY })
  call('success', 10)
  call('failure', 10)
  t.equal(breaker.state, 'closed')
  clock.advance(10_000)
  call('failure', 19)
  t.equal(breaker.state, 'closed', 'too few to say')
})

t.test('a server that says full is alive: that counts in the ratio only', async (t) => {
  const { breaker, call } = create()
  call('overload', 19)
  t.equal(breaker.state, 'closed')
  call('overload')
  t.equal(breaker.snapshot().reason, 'ratio')
})

t.test('slow calls open it, where that was asked for', async (t) => {
  const { breaker, call } = create({ slowCallMs: 100 })
  call('success', 10, 99.9)
  call('success', 10, 100)
  t.equal(breaker.state, 'closed', 'half of them')
  call('success', 1, 100)
  t.equal(breaker.snapshot().reason, 'slow')
  const other = create()
  other.call('success', 100, 1e6)
  t.equal(other.breaker.state, 'closed')
})

t.test('what says nothing changes nothing', async (t) => {
  const { breaker, call } = create()
  call('failure', 4)
  call('ignore', 100)
  t.equal(breaker.snapshot().calls, 4)
  call('failure')
  t.equal(breaker.state, 'open')
})

t.test('it comes back by one, three and ten probes', async (t) => {
  const { clock, breaker, call, events } = create()
  call('failure', 5)
  t.equal(breaker.retryAfterMs, 1500, 'once to twice the least')
  clock.advance(1499)
  t.equal(breaker.tryPass(), undefined)
  clock.advance(1)
  t.equal(breaker.retryAfterMs, 0)
  for (const size of [1, 3, 10]) {
    const passes = Array.from({ length: size + 5 }, () => breaker.tryPass())
    const probes = passes.filter((pass) => pass !== undefined)
    t.equal(probes.length, size)
    t.equal(breaker.state, 'half-open')
    for (const probe of probes) probe.end('success', 1)
  }
  t.equal(breaker.state, 'closed')
  t.equal(call('success', 100), 100)
  t.same(
    events.map(({ from, to, reason, openMs }) => [from, to, reason, openMs]),
    [
      ['closed', 'open', 'consecutive', 1500],
      ['open', 'half-open', 'probing', 0],
      ['half-open', 'closed', 'recovered', 0],
    ],
  )
})

t.test('each time that a probe fails it stays open for longer, up to a minute', async (t) => {
  const { clock, breaker, events, call } = create()
  call('failure', 5)
  for (let count = 0; count < 7; count += 1) {
    clock.advance(60_000)
    t.equal(call('failure', 3), 1)
  }
  const openMs = events.filter(({ to }) => to === 'open').map((event) => event.openMs)
  t.same(openMs, [1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000])
  t.equal(breaker.openings, 8)
  t.equal(breaker.snapshot().openings, 8)
})

t.test(
  'one that opens soon after it closed goes on where it was, one that was well begins anew',
  async (t) => {
    const { clock, call, events } = create()
    const recover = () => {
      clock.advance(60_000)
      t.equal(call('success', 14), 14)
    }
    call('failure', 5)
    recover()
    call('failure', 5)
    recover()
    clock.advance(10_001)
    call('failure', 5)
    const openMs = events.filter(({ to }) => to === 'open').map((event) => event.openMs)
    t.same(openMs, [1500, 3000, 1500])
  },
)

t.test('slow and overloaded probes have failed, those that say nothing have not', async (t) => {
  for (const [outcome, latencyMs] of [
    ['overload', 1],
    ['success', 100],
  ] as const) {
    const { clock, breaker, call } = create({ slowCallMs: 100 })
    call('failure', 5)
    clock.advance(2000)
    call(outcome, 1, latencyMs)
    t.equal(breaker.state, 'open', outcome)
  }
  const { clock, breaker, call } = create()
  call('failure', 5)
  clock.advance(2000)
  t.equal(call('ignore', 10), 10)
  t.equal(breaker.state, 'half-open')
})

t.test('what ends late teaches nothing, and a probe ends once', async (t) => {
  const { clock, breaker, call } = create()
  const early = breaker.tryPass()
  call('failure', 5)
  early?.end('success', 1)
  t.equal(breaker.state, 'open')
  clock.advance(2000)
  const probe = breaker.tryPass()
  early?.end('failure', 1)
  t.equal(breaker.state, 'half-open')
  probe?.end('success', 1)
  probe?.end('failure', 1)
  probe?.end('failure', 1)
  t.equal(breaker.state, 'half-open')
  t.equal(call('success', 13), 13)
  t.equal(breaker.state, 'closed')
})

t.test('a probe that is never heard of does not keep it half-open for ever', async (t) => {
  const { clock, breaker, call } = create()
  call('failure', 5)
  clock.advance(2000)
  const lost = breaker.tryPass()
  clock.advance(29_999)
  t.equal(breaker.tryPass(), undefined)
  t.equal(breaker.state, 'half-open')
  clock.advance(1)
  t.equal(breaker.tryPass(), undefined)
  t.equal(breaker.state, 'open')
  clock.advance(4000)
  t.ok(breaker.tryPass())
  lost?.end('failure', 1)
  t.equal(breaker.state, 'half-open', 'what the lost one says is of no use any more')
})

t.test(
  'nor does what lost probes say at last count in the stage that went on without them',
  async (t) => {
    const { clock, breaker, call } = create()
    call('failure', 5)
    clock.advance(2000)
    call('success')
    const lost = breaker.tryPass()
    clock.advance(30_000)
    const [second, third] = [breaker.tryPass(), breaker.tryPass()]
    t.equal(breaker.tryPass(), undefined, 'the lost one has failed, and one of three may')
    lost?.end('success', 1)
    lost?.end('failure', 1)
    t.equal(breaker.snapshot().probes, 2)
    second?.end('success', 1)
    t.equal(breaker.snapshot().probes, 1)
    third?.end('success', 1)
    t.equal(call('success', 10), 10)
    t.equal(breaker.state, 'closed')
  },
)

t.test('each probe of a stage ends once', async (t) => {
  const { clock, breaker, call } = create()
  call('failure', 5)
  clock.advance(2000)
  call('success')
  const probes = [breaker.tryPass(), breaker.tryPass(), breaker.tryPass()]
  for (let count = 0; count < 3; count += 1) probes[0]?.end('failure', 1)
  t.equal(breaker.state, 'half-open', 'one has failed, not three')
  t.equal(breaker.snapshot().probes, 2)
})

t.test('a listener may call back in', async (t) => {
  const clock = new VirtualClock()
  const breaker: Breaker = new Breaker({
    clock,
    random: () => 0.5,
    listener: ({ to }) => {
      if (to === 'half-open') breaker.tryPass()?.end('failure', 1)
    },
  })
  for (let count = 0; count < 5; count += 1) breaker.tryPass()?.end('failure', 1)
  clock.advance(2000)
  t.equal(breaker.tryPass(), undefined, 'the listener had the only probe')
  t.equal(breaker.state, 'open')
})

t.test('wrong options throw', async (t) => {
  const parts = { clock: new VirtualClock(), random: () => 0 }
  throwsOption(t, (options) => new Breaker(parts, options), [
    [{ maxConsecutive: 0 }, 'maxConsecutive'],
    [{ minSuccessRatio: 1.1 }, 'minSuccessRatio'],
    [{ slowCallMs: 0 }, 'slowCallMs'],
    [{ maxSlowRatio: -1 }, 'maxSlowRatio'],
    [{ minCalls: 0 }, 'minCalls'],
    [{ windowMs: 0 }, 'windowMs'],
    [{ minOpenMs: 0 }, 'minOpenMs'],
    [{ maxOpenMs: 1999 }, 'maxOpenMs'],
    [{ maxProbeMs: 0 }, 'maxProbeMs'],
    [{ threshold: 1 }, 'options'],
  ])
  throwsOption(t, (random) => new Breaker({ clock: new VirtualClock(), random }), [[0, 'random']])
})
