import t from 'tap'
import type { Flow } from '../../src/fairness/flow.ts'
import { FlowTable } from '../../src/fairness/flow-table.ts'
import { TenantWeights } from '../../src/fairness/tenant-weights.ts'

const LATER = Number.POSITIVE_INFINITY

t.test('a tenant is one flow in each tier, and one group in all', async (t) => {
  const { enter } = setUp()
  const [a, again, other, lower] = [
    enter({ tenant: 'a' }),
    enter({ tenant: 'a' }),
    enter({ tenant: 'b' }),
    enter({ tenant: 'a' }, 2),
  ]
  t.ok(a === again && a !== other && a !== lower)
  t.ok(a.group === lower.group && a.group !== other.group)
  t.equal(a.group.isTenant, true)
})

t.test(
  'a tenant comes before a made-up name, that before a route, and that before nothing',
  async (t) => {
    const { enter } = setUp()
    const all = { tenant: 'x', anonymous: 'x', flow: 'x' }
    const [tenant, anonymous, route, nameless] = [
      enter(all),
      enter({ ...all, tenant: undefined }),
      enter({ flow: 'x' }),
      enter({}),
    ]
    t.equal(new Set([tenant, anonymous, route, nameless]).size, 4)
    t.same(
      [tenant, anonymous, route, nameless].map(({ group }) => group.isTenant),
      [true, false, false, false],
    )
    for (const nobody of [undefined, null, { tenant: '' }, { tenant: 42 }, { flow: {} }]) {
      t.ok(enter(nobody as never) === nameless, JSON.stringify(nobody))
    }
  },
)

t.test('a tenant is forgotten when nothing of it is left, unless it owes', async (t) => {
  const { table, enter } = setUp()
  const [flow] = [enter({ tenant: 'a' }), enter({ tenant: 'a' })]
  table.leave(flow, LATER)
  t.equal(table.tenants, 1)
  t.equal(table.active, 1)
  table.leave(flow, LATER)
  t.equal(table.tenants, 0)
  t.equal(table.active, 0)

  const debtor = enter({ tenant: 'a' })
  debtor.start = 10
  table.leave(debtor, 9)
  t.equal(table.debtors, 1)
  t.ok(enter({ tenant: 'a' }) === debtor, 'leaving has not wiped out what it owes')
  t.equal(table.debtors, 0)
  table.leave(debtor, 10)
  t.equal(table.tenants, 0)
})

t.test('too many debtors: the oldest is forgiven', async (t) => {
  const { table, enter } = setUp()
  const owe = (tenant: string): Flow => {
    const flow = enter({ tenant })
    flow.start += 1
    table.leave(flow, 0)
    return flow
  }
  const first = owe('first')
  for (let index = 0; index < 4_096; index += 1) owe(`t${index}`)
  t.equal(table.debtors, 4_096)
  t.equal(table.tenants, 4_096)
  t.not(enter({ tenant: 'first' }), first)
})

t.test('a group lives as long as one of its flows', async (t) => {
  const { table, enter } = setUp()
  const [upper, lower] = [enter({ tenant: 'a' }, 1), enter({ tenant: 'a' }, 3)]
  table.leave(upper, LATER)
  t.equal(table.tenants, 1)
  t.ok(enter({ tenant: 'a' }, 3) === lower)
  table.leave(lower, LATER)
  table.leave(lower, LATER)
  t.equal(table.tenants, 0)
})

t.test('once nothing is left, all debts are forgiven at once', async (t) => {
  const { table, enter } = setUp()
  for (let index = 0; index < 100; index += 1) {
    const flow = enter({ tenant: `t${index}` })
    flow.start = 5
    table.leave(flow, 0)
  }
  t.equal(table.tenants, 100)
  table.forgive()
  t.equal(table.tenants, 0)
  t.equal(table.debtors, 0)
  t.equal(enter({ tenant: 't1' }).start, 0)
})

t.test('made-up names share sixteen flows, others an hour later', async (t) => {
  let drawn = 0.1
  const table = new FlowTable(() => {
    drawn = (drawn * 7.3) % 1
    return drawn
  }, new TenantWeights())
  const names = Array.from({ length: 1_000 }, (_, index) => `10.0.0.${index}`)
  const groupsAt = (nowMs: number) =>
    names.map((anonymous) => table.enter({ anonymous }, 1, nowMs).group)
  const groups = groupsAt(0)
  t.equal(new Set(groups).size, 16)
  t.ok(groupsAt(3_599_999).every((group, index) => group === groups[index]))
  t.notOk(groupsAt(3_600_000).every((group, index) => group === groups[index]))
  t.equal(table.tenants, 0)
})

t.test('routes are kept, but only so many', async (t) => {
  const { table, enter } = setUp()
  const route = enter({ flow: 'GET /' })
  table.leave(route, LATER)
  t.ok(enter({ flow: 'GET /' }) === route)
  for (let index = 0; index < 1_100; index += 1) table.leave(enter({ flow: `r${index}` }), LATER)
  const late = enter({ flow: 'r1099' })
  t.equal(late.group.isKept, false)
  t.equal(enter({ flow: 'r5' }).group.isKept, true)
})

function setUp() {
  const table = new FlowTable(() => 0.5, new TenantWeights())
  const enter = (request: Parameters<FlowTable['enter']>[0], rank = 1): Flow =>
    table.enter(request, rank, 0)
  return { table, enter }
}
