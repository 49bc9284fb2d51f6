import t, { type Test } from 'tap'
import { runStampede } from '../../src/stampede/run-stampede.ts'
import { findPostgres, startPostgres } from '../fixtures/private-postgres.ts'

/** However slow the machine: the list is good for a second, less the tenth that is drawn at random. */
const LEAST_TTL_MS = 900
const SMALL = { clients: 40, withinMs: 50, warmUpMs: 200 }

t.setTimeout(240_000)

async function check(t: Test, withHeadgate: boolean): Promise<void> {
  const startedMs = performance.now()
  const { queries, outcomes, database, invalidReason } = await runStampede({
    withHeadgate,
    ...SMALL,
  })
  const mostSpells = Math.ceil((performance.now() - startedMs) / LEAST_TTL_MS)
  t.equal(outcomes.served, SMALL.clients)
  // On a machine that stood still meanwhile, the list may be fresh.
  if (!invalidReason?.includes('expired')) t.ok(queries >= 1, `${queries} queries on ${database}`)
  if (withHeadgate) t.ok(queries <= mostSpells, `${queries} in ${mostSpells} TTLs`)
}

for (const withHeadgate of [false, true]) {
  const name = withHeadgate ? 'with' : 'without'
  t.test(`all are answered ${name} Headgate`, (t) => check(t, withHeadgate))
}

const postgres = findPostgres()
const skip = 'missing' in postgres ? postgres.missing : false
t.test('and on a real PostgreSQL', { skip }, async (t) => {
  if ('missing' in postgres) return
  const { url, stop } = await startPostgres(postgres.folder)
  t.teardown(stop)
  const before = process.env.DATABASE_URL
  process.env.DATABASE_URL = url
  t.teardown(() => {
    if (before === undefined) delete process.env.DATABASE_URL
    else process.env.DATABASE_URL = before
  })
  await check(t, true)
})
