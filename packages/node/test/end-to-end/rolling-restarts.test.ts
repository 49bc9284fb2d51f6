import { fileURLToPath } from 'node:url'
import { rollingRestarts } from '@headgate/conformance'
import t from 'tap'

const script = fileURLToPath(new URL('../fixtures/rolling-server.js', import.meta.url))
/**
 * Twenty with HEADGATE_RESTARTS=20; HEADGATE_ROLLING=close or kill shows what they cost without a drain,
 * and defaults has an admission without options, which a busy machine makes refuse as well;
 * HEADGATE_HAPROXY=/path/to/haproxy has that before the processes.
 */
const restarts = Number(process.env.HEADGATE_RESTARTS ?? 3)
const haproxy = process.env.HEADGATE_HAPROXY
const way = process.env.HEADGATE_ROLLING ?? 'drain'

t.setTimeout(240_000)

t.test(`${restarts} rolling restarts under load lose no request (${way})`, async (t) => {
  const report = await rollingRestarts({ script, env: { ROLLING: way }, restarts, haproxy })
  const { served, losses, exits } = report
  t.comment(JSON.stringify({ restarts, served, lost: losses.length, exits }))
  t.same(losses, [])
  t.same([...new Set(exits)], [0])
  t.ok(served > restarts, `${served} were served`)
})
