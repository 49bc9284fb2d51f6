import t from 'tap'
import { runComparison } from '../../src/overload/run-comparison.ts'
import { formatComparison } from '../../src/print/comparison-table.ts'

t.test('offers the same load to the shop without and with Headgate', async (t) => {
  const told: string[] = []
  const comparison = await runComparison(
    { factor: 2, warmUpMs: 300, capacityMs: 300, beforeMs: 300, overloadMs: 600, afterMs: 600 },
    {
      onStarting: (withHeadgate) => told.push(withHeadgate ? 'with' : 'without'),
      onListening: (database) => told.push(database),
      onCapacity: () => told.push('capacity'),
      onProgress: () => {},
    },
  )
  const database = 'embedded PostgreSQL (PGlite), 8 connections'
  t.same(told, ['without', database, 'capacity', 'with', database])

  const offered = (run: 'without' | 'with') =>
    comparison[run].phases.map(({ name, total }) => [name, total.offered])
  t.same(offered('without'), offered('with'))
  for (const { total } of [...comparison.without.phases, ...comparison.with.phases]) {
    const { served, rejected, late, unsent, errors } = total
    t.equal(served + rejected + late + unsent + errors, total.offered, 'each request ended once')
    t.equal(errors, 0)
  }
  t.equal(comparison.without.phases[1]?.total.rejected, 0, 'nothing else rejects')
  t.match(formatComparison(comparison), /all\n {2}without Headgate +\d/)
})
