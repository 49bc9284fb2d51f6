import fc from 'fast-check'
import t from 'tap'
import { poolsGiven } from '../pool/pool-run.ts'
import { type PooledGiven, PooledRun, pooledCommands } from '../pool/pooled-run.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

const given: fc.Arbitrary<PooledGiven> = fc.record({
  pools: poolsGiven,
  maxQueued: fc.constantFrom(undefined, 3, 12),
  isDispatched: fc.boolean(),
})

for (const maxCost of [1, 4]) {
  const what =
    maxCost === 1
      ? 'who may start by the rule of borrowing does, and nobody else'
      : 'with costs, nothing is lost and everybody is served in the end'
  t.test(what, async (t) => {
    let [starts, held] = [0, 0]
    const property = fc.property(given, pooledCommands(maxCost), (settings, commands) => {
      const run = new PooledRun(settings, maxCost === 1)
      for (const command of commands) run.run(command)
      run.finish()
      starts += run.starts
      held += run.held
    })
    t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 600 }))
    t.ok(starts > 5_000, `${starts} starts`)
    t.equal(
      held > 0,
      maxCost > 1,
      `${held} times somebody waited for a wide one, or for a tenant's cap`,
    )
  })
}
