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
  for (const run of ['without', 'with'] as const) {
    const served = comparison[run].phases.map(({ total }) => total.served)
    t.ok(
      served.some((count) => count > 0),
      `something was served ${run} Headgate`,
    )
  }
  t.equal(comparison.without.phases[1]?.total.rejected, 0, 'nothing else rejects')
  t.match(formatComparison(comparison), /all\n {2}without Headgate +\d/)
})
