import t from 'tap'
import { medianOf } from './draw.ts'
import { type OutageResult, type OutageSettings, simulateOutage } from './simulated-outage.ts'

const SEEDS = [1, 2, 3, 4, 5]

function simulate(settings: Omit<OutageSettings, 'seed'>, seeds: readonly number[] = SEEDS) {
  return seeds.map((seed) => simulateOutage({ ...settings, seed }))
}

function describe(name: string, results: readonly OutageResult[]): string {
  const figures = results.map(
    ({ amplificationIn, amplificationAfter, recoveryMs }) =>
      `×${amplificationIn.toFixed(2)}/×${amplificationAfter.toFixed(3)}/${recoveryMs / 1000} s`,
  )
  return `${name}: amplification in and after the outage, recovery: ${figures.join(', ')}`
}

function medianRecoveryMs(results: readonly OutageResult[]): number {
  return medianOf(results.map(({ recoveryMs }) => recoveryMs))
}

t.test(
  'at 0.8 of its capacity, a server that works through its queue recovers as without retries',
  async (t) => {
    const settings = { load: 0.8, knowsDeadlines: false, forMs: 75_000 }
    const without = simulate({ ...settings, retries: 'none' })
    const budgeted = simulate({ ...settings, retries: 'budgeted' })
    t.comment(describe('no retries', without))
    t.comment(describe('budgeted', budgeted))
    t.comment(
      'targets: in at most ×1.2, after at most ×1.03, recovery at most 1.25 times no retries',
    )
    t.ok(budgeted.every(({ amplificationIn }) => amplificationIn <= 1.2))
    t.ok(budgeted.every(({ amplificationAfter }) => amplificationAfter <= 1.03))
    t.ok(Number.isFinite(medianRecoveryMs(without)))
    t.ok(medianRecoveryMs(budgeted) <= 1.25 * medianRecoveryMs(without))
  },
)

t.test('and one that leaves out what nobody waits for recovers at once', async (t) => {
  const budgeted = simulate({ load: 0.8, knowsDeadlines: true, forMs: 30_000, retries: 'budgeted' })
  t.comment(describe('budgeted', budgeted))
  t.ok(budgeted.every(({ amplificationIn }) => amplificationIn <= 1.2))
  t.ok(medianRecoveryMs(budgeted) <= 1000)
})

t.test('control: without a budget it stays down', async (t) => {
  const unbudgeted = simulate(
    { load: 0.8, knowsDeadlines: false, forMs: 75_000, retries: 'unbudgeted' },
    [1],
  )
  t.comment(describe('unbudgeted', unbudgeted))
  t.equal(medianRecoveryMs(unbudgeted), Number.POSITIVE_INFINITY)
})

t.test(
  'a throttle that looks at refusals alone does not keep a server short that has recovered',
  async (t) => {
    const settings = {
      load: 0.9,
      knowsDeadlines: true,
      forMs: 60_000,
      retries: 'budgeted',
    } as const
    const sound = simulate({ ...settings, timeoutsCountAs: 'failure' })
    const control = simulate({ ...settings, timeoutsCountAs: 'overload' }, [1])
    const goodput = medianOf(sound.map((each) => each.goodput))
    t.comment(describe('refusals alone', sound))
    t.comment(`${goodput.toFixed(4)} of the calls after it, in the median; target: 0.99`)
    t.comment(describe('control: timeouts too', control))
    t.ok(medianRecoveryMs(sound) <= 1000)
    t.ok(goodput >= 0.99)
    t.same(sound, simulate(settings), 'to the call as without a throttle: nobody was refused')
    t.ok(medianRecoveryMs(control) >= 10_000)
  },
)
