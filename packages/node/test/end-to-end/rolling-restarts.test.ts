import { fileURLToPath } from 'node:url'
import { rollingRestarts } from '@headgate/conformance'
import t from 'tap'

const script = fileURLToPath(new URL('../fixtures/rolling-server.js', import.meta.url))
/** Twenty with HEADGATE_RESTARTS=20; HEADGATE_ROLLING=close or kill shows what they cost without a drain. */
const restarts = Number(process.env.HEADGATE_RESTARTS ?? 3)
const way = process.env.HEADGATE_ROLLING ?? 'drain'

t.setTimeout(240_000)

t.test(`${restarts} rolling restarts under load lose no request (${way})`, async (t) => {
  const report = await rollingRestarts({ script, env: { ROLLING: way }, restarts })
  const { served, losses, exits } = report
  t.comment(JSON.stringify({ restarts, served, lost: losses.length, exits }))
  t.same(losses, [])
  t.same([...new Set(exits)], [0])
  t.ok(served > restarts, `${served} were served`)
})
