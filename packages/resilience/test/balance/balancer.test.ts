import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { Balancer, type BalancerParts } from '../../src/balance/balancer.ts'
import { propertySeed } from '../property-seed.ts'
import { seededRandom } from '../seeded-random.ts'
import { throwsOption } from '../throws-option.ts'

function create(targets: readonly string[], parts: Partial<BalancerParts<string>> = {}) {
  const clock = new VirtualClock()
  const balancer = new Balancer({ clock, random: seededRandom(1), ...parts })
  balancer.update(targets)
  return { clock, balancer }
}

/** Makes all of them known, with these latencies, and past their slow start. */
function warm(
  { clock, balancer }: ReturnType<typeof create>,
  latencyMs: (target: string) => number,
) {
  for (let seconds = 0; seconds <= 10; seconds += 1) {
    for (const upstream of balancer.upstreams) {
      upstream.start()
      upstream.end('success', latencyMs(upstream.target))
    }
    clock.advance(1000)
  }
}

t.test('nobody, one, and all excluded', async (t) => {
  t.equal(create([]).balancer.pick(), undefined)
  const { balancer } = create(['a'])
  t.equal(balancer.pick()?.target, 'a')
  t.equal(balancer.upstreams[0]?.inFlight, 1)
  t.equal(
    balancer.pick(() => true),
    undefined,
  )
})

t.test('new ones are asked for one call at a time, so that all are known soon', async (t) => {
  const { balancer } = create(['a', 'b', 'c', 'd'])
  const picked = Array.from({ length: 40 }, () => balancer.pick()?.target)
  t.same(new Set(picked), new Set(['a', 'b', 'c', 'd']))
  const inFlight = balancer.upstreams.map((upstream) => upstream.inFlight)
  t.ok(Math.max(...inFlight) - Math.min(...inFlight) <= 4, `${inFlight}`)
})

t.test('of two the cheaper: with two replicas always the faster, until it is busy', async (t) => {
  const made = create(['fast', 'slow'])
  warm(made, (target) => (target === 'fast' ? 10 : 45))
  const picked = Array.from({ length: 5 }, () => made.balancer.pick()?.target)
  t.same(picked, ['fast', 'fast', 'fast', 'fast', 'slow'])
})

t.test('the excluded and the unusable are left alone while there is anybody else', async (t) => {
  const made = create(['a', 'b', 'c'], { isUsable: (target) => target !== 'b' })
  warm(made, () => 10)
  for (let count = 0; count < 50; count += 1) {
    const upstream = made.balancer.pick((target) => target === 'a')
    t.equal(upstream?.target, 'c')
    upstream?.end('success', 10)
  }
  t.equal(made.balancer.pick((target) => target !== 'b')?.target, 'b', 'nobody else is left')
})

t.test('an update keeps what is known of those who stay, and a target counts once', async (t) => {
  const { balancer } = create(['a', 'b'])
  const [a, b] = balancer.upstreams
  balancer.update(['c', 'b', 'c'])
  t.same(
    balancer.upstreams.map(({ target }) => target),
    ['c', 'b'],
  )
  t.equal(balancer.upstreams[1], b)
  a?.start()
  a?.end('success', 1)
  t.same(
    balancer.upstreams.map(({ inFlight }) => inFlight),
    [0, 0],
    'calls to those who went end without harm',
  )
})

t.test('one that warms up gets a tenth of what it would, then more', async (t) => {
  const made = create(['old', 'new'], { random: seededRandom(7) })
  const { clock, balancer } = made
  balancer.update(['old'])
  warm(made, () => 10)
  balancer.update(['old', 'new'])
  // Much faster, so that without a slow start it would get everything.
  const share = () => {
    let picked = 0
    for (let count = 0; count < 2000; count += 1) {
      const upstream = balancer.pick()
      if (upstream?.target === 'new') picked += 1
      upstream?.end('success', upstream.target === 'new' ? 1 : 10)
    }
    return picked / 2000
  }
  const shares = [share()]
  for (const seconds of [5, 4.9]) {
    clock.advance(seconds * 1000)
    shares.push(share())
  }
  t.ok(Math.abs((shares[0] as number) - 0.1) < 0.03, `${shares}`)
  t.ok(Math.abs((shares[1] as number) - 0.5) < 0.04, `${shares}`)
  t.ok((shares[2] as number) > 0.96, `${shares}`)
})

t.test('where all warm up, the cheaper is taken as ever', async (t) => {
  const { balancer } = create(['fast', 'slow'])
  for (const upstream of balancer.upstreams) {
    upstream.start()
    upstream.end('success', upstream.target === 'fast' ? 10 : 50)
  }
  for (let count = 0; count < 50; count += 1) {
    const upstream = balancer.pick()
    t.equal(upstream?.target, 'fast')
    upstream?.end('success', 10)
  }
})

t.test('finds somebody whenever there is anybody, usable before unusable', async (t) => {
  const seed = propertySeed(t)
  const flags = fc.record({ isUsable: fc.boolean(), isExcluded: fc.boolean() })
  const property = fc.property(
    fc.array(flags, { maxLength: 12 }),
    fc.integer(),
    (all, drawSeed) => {
      const balancer = new Balancer<number>({
        clock: new VirtualClock(),
        random: seededRandom(drawSeed),
        isUsable: (target) => all[target]?.isUsable === true,
      })
      balancer.update(all.map((_, target) => target))
      const left = all.filter(({ isExcluded }) => !isExcluded)
      const found = balancer.pick((target) => all[target]?.isExcluded === true)
      if (left.length === 0) return found === undefined
      const flagsOf = all[found?.target ?? -1]
      const mustBeUsable = left.some(({ isUsable }) => isUsable)
      return flagsOf?.isExcluded === false && (flagsOf.isUsable || !mustBeUsable)
    },
  )
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('with most of them unusable the others still share alike', async (t) => {
  const targets = Array.from({ length: 20 }, (_, index) => `${index}`)
  const { balancer } = create(targets, { isUsable: (target) => Number(target) < 4 })
  const picks = new Map<string, number>()
  for (let count = 0; count < 4000; count += 1) {
    const upstream = balancer.pick()
    upstream?.end('ignore', 0)
    const target = upstream?.target ?? 'nobody'
    picks.set(target, (picks.get(target) ?? 0) + 1)
  }
  t.same([...picks.keys()].sort(), ['0', '1', '2', '3'])
  for (const [target, times] of picks) t.ok(Math.abs(times - 1000) < 150, `${target} ${times}`)
})

t.test('both of a pair are distinct, and every pair is as likely', async (t) => {
  const random = seededRandom(3)
  const asked: string[] = []
  const balancer = new Balancer<string>({
    clock: new VirtualClock(),
    random,
    isUsable: (target) => {
      asked.push(target)
      return true
    },
  })
  balancer.update(['a', 'b', 'c', 'd'])
  const pairs = new Map<string, number>()
  for (let count = 0; count < 12_000; count += 1) {
    balancer.pick()?.end('ignore', 0)
    const pair = asked.splice(0).join('')
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  t.equal(pairs.size, 12)
  for (const [pair, times] of pairs) t.ok(Math.abs(times - 1000) < 150, `${pair} ${times}`)
})

t.test('wrong options throw', async (t) => {
  const parts = { clock: new VirtualClock(), random: () => 0 }
  throwsOption(t, (options) => new Balancer(parts, options), [
    [{ decayMs: 0 }, 'decayMs'],
    [{ failurePenaltyMs: -1 }, 'failurePenaltyMs'],
    [{ slowStartMs: -1 }, 'slowStartMs'],
    [{ tau: 1 }, 'options'],
  ])
  throwsOption(t, (random) => new Balancer({ clock: new VirtualClock(), random }), [[0, 'random']])
})
