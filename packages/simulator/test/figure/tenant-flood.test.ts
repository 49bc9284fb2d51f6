import t from 'tap'
import { floodOfTenants } from '../../src/index.ts'

t.test('a hundred thousand tenants take as much memory as those that are active', async (t) => {
  const { flows, debtors, queued, leftFlows, leftDebtors } = floodOfTenants(100_000)
  t.ok(queued > 0, 'saturated')
  t.ok(flows <= 200 + 50, `${flows} flows`)
  t.ok(debtors <= 4_096, `${debtors} debtors`)
  t.equal(leftFlows + leftDebtors, 0)
})
