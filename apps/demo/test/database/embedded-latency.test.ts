import t from 'tap'
import type { Step } from '../../src/database/database.ts'
import { embeddedLatencyMs } from '../../src/database/embedded-latency.ts'

const step = (diskMs: number): Step => ({ statement: { sql: 'select 1', diskMs }, values: [] })

t.test('is one round trip and the disk for a query', async (t) => {
  t.equal(
    embeddedLatencyMs([step(6)], () => 0.5),
    7,
  )
})

t.test('adds the round trips of begin and commit to a transaction', async (t) => {
  t.equal(
    embeddedLatencyMs([step(4), step(4)], () => 0.5),
    12,
  )
})

t.test('varies by half in both directions', async (t) => {
  t.equal(
    embeddedLatencyMs([step(9)], () => 0),
    5,
  )
  t.equal(
    embeddedLatencyMs([step(9)], () => 1),
    15,
  )
})
