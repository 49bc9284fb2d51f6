import t from 'tap'
import { CostTable } from '../../src/cost/cost-table.ts'

t.test('keys that are seen once push out each other, and not those in use', async (t) => {
  const table = new CostTable(100)
  let missed = 0
  for (let round = 0; round < 50_000; round += 1) {
    const route = `/route-${round % 50}`
    if (table.meanOf(route) !== 10 && round >= 50) missed += 1
    table.add(route, 10)
    table.add(`/made-up-${round}`, 1_000)
  }
  t.equal(table.size, 100)
  t.equal(missed, 0)
})

t.test('a key that is no longer seen makes way in the end', async (t) => {
  const table = new CostTable(4)
  for (let round = 0; round < 100; round += 1) for (const key of 'abcd') table.add(key, 1)
  t.equal(table.meanOf('e'), undefined)
  for (let round = 0; round < 12; round += 1) for (const key of 'abce') table.add(key, 2)
  t.equal(table.meanOf('d'), undefined)
  t.equal(table.meanOf('e'), 2)
  t.ok(table.meanOf('a'))
})

t.test('a table of one key holds the one that came last', async (t) => {
  const table = new CostTable(1)
  table.add('a', 1)
  table.add('b', 2)
  t.equal(table.meanOf('a'), undefined)
  t.equal(table.meanOf('b'), 2)
  t.equal(table.size, 1)
})
