import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { createClient } from '../../src/index.ts'
import { serve } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'
import { seededRandom } from '../fixtures/virtual-client.ts'

const BYTES = 512 * 1024
const CALLS = 120

for (const [name, undici] of Object.entries(UNDICIS)) {
  t.test(
    `${name}: a winner's body is whole, however many losers are aborted and however slowly it is read`,
    async (t) => {
      const random = seededRandom(1)
      const whole = Buffer.from(Array.from({ length: BYTES }, (_, at) => (at * 31) % 251))
      const digest = createHash('sha256').update(whole).digest('hex')
      const { origin } = await serve(t, async (_request, response) => {
        if (random() < 0.2) await wait(100 + 100 * random())
        response.writeHead(200, { 'content-length': BYTES })
        for (let at = 0; at < BYTES && !response.destroyed; at += 65_536) {
          response.write(whole.subarray(at, at + 65_536))
          if (random() < 0.1) await wait(1)
        }
        response.end()
      })
      const hedge = { delay: { minSamples: 5, quantile: 0.5 }, budget: { creditRatio: 1 } }
      const client = createClient({ undici, origin, hedge, throttle: false })
      t.teardown(() => client.close())
      let broken = 0
      const ask = async () => {
        const { body } = await client.request({ path: '/' })
        const hash = createHash('sha256')
        for await (const chunk of body) {
          hash.update(chunk as Buffer)
          if (random() < 0.05) await wait(2)
        }
        if (hash.digest('hex') !== digest) broken += 1
      }
      for (let n = 0; n < CALLS; n += 10) await Promise.all(Array.from({ length: 10 }, ask))
      const { hedges, hedgesWon, active } = client.stats()
      t.comment(
        `${CALLS} calls, ${hedges} hedges, of which ${hedgesWon} won; target: 0 bodies that differ`,
      )
      t.equal(broken, 0)
      t.ok(hedges > 0 && hedgesWon > 0)
      t.equal(active, 0)
    },
  )
}
