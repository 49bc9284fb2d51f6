import t from 'tap'
import { formatServices } from '../../src/print/services-table.ts'
import { runServices } from '../../src/services/run-services.ts'

// Three processes, on whatever machine there is.
t.setTimeout(120_000)

const OPTIONS = { factor: 2, quietFactor: 0.3, beforeMs: 700, overloadMs: 700, afterMs: 700 }

t.test('runs two services, and counts what goes between them', async (t) => {
  const run = await runServices(OPTIONS, { stock: true, front: true })
  const { overload, after, requestsPerCall } = run
  for (const { offered, served, rejected, late, unsent, errors } of [overload, after]) {
    t.equal(served + rejected + late + unsent + errors, offered, 'each request ended once')
    t.equal(errors, 0)
  }
  t.ok(requestsPerCall.overload > 0)
  t.match(formatServices([run], OPTIONS), /\nHeadgate +Headgate /)
})
