import fc from 'fast-check'
import t from 'tap'
import { TopTalkers } from '../../src/fairness/top-talkers.ts'

t.test('tells what each tenant got and lost, whoever asked most first', async (t) => {
  const talkers = new TopTalkers()
  talkers.onAdmit('small', 0)
  talkers.onAdmit('big', 0)
  talkers.onReject('big', 'full', 1)
  talkers.onReject('big', 'full', 2)
  talkers.onReject('big', 'tenant-full', 3)
  talkers.onRelease('big', 40, 10)
  t.same(talkers.top(), [
    {
      ...{ tenant: 'big', requests: 4, uncertain: 0, admitted: 1 },
      ...{ rejected: { full: 2, 'tenant-full': 1 }, slotMs: 40 },
    },
    { tenant: 'small', requests: 1, uncertain: 0, admitted: 1, rejected: {}, slotMs: 0 },
  ])
  t.equal(talkers.top(1).length, 1)
})

t.test('nobody named is nobody', async (t) => {
  const talkers = new TopTalkers()
  talkers.onAdmit(undefined, 0)
  talkers.onReject(undefined, 'full', 0)
  talkers.onRelease(undefined, 3, 0)
  talkers.onRelease('gone', 3, 0)
  t.same(talkers.top(), [])
})

t.test('forgets after two minutes', async (t) => {
  const talkers = new TopTalkers()
  talkers.onAdmit('a', 0)
  talkers.onReject('a', 'shed', 61_000)
  t.match(talkers.top(), [{ requests: 2, rejected: { shed: 1 } }])
  talkers.onAdmit('a', 125_000)
  t.match(talkers.top(), [{ requests: 2, admitted: 1 }])
  talkers.onAdmit('b', 400_000)
  t.match(talkers.top(), [{ tenant: 'b' }])
  t.equal(talkers.top().length, 1)
})

t.test('refuses to be made of nonsense', async (t) => {
  t.throws(() => new TopTalkers({ maxTenants: 0 }), { code: 'HG_ERR_OPTION' })
})

t.test(
  'whoever sends more than its share of the places is there, and never counted too low',
  async () => {
    const maxTenants = 8
    const names = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 400 })
    fc.assert(
      fc.property(names, (asked) => {
        const talkers = new TopTalkers({ maxTenants })
        const exact = new Map<string, number>()
        for (const number of asked) {
          // Skewed: a few names ask most.
          const name = `t${Math.floor(number ** 2 / 60)}`
          exact.set(name, (exact.get(name) ?? 0) + 1)
          talkers.onAdmit(name, 0)
        }
        const top = new Map(talkers.top().map((talker) => [talker.tenant, talker]))
        if (top.size > maxTenants) return false
        for (const [name, count] of exact) {
          const talker = top.get(name)
          if (count > asked.length / maxTenants && talker === undefined) return false
          if (talker === undefined) continue
          const { requests, uncertain } = talker
          if (requests < count || requests - uncertain > count) return false
        }
        return true
      }),
    )
  },
)
