import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { createClient } from '../../src/index.ts'
import { serve } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'
import { seededRandom } from '../fixtures/virtual-client.ts'

// Real sockets, and as much as is asked for.
t.setTimeout(300_000)

/** `HEADGATE_WINNER_MIB=1024 HEADGATE_WINNERS=2` for a few that are large. */
const BYTES = Number(process.env.HEADGATE_WINNER_MIB ?? 0.5) * 1024 * 1024
const CALLS = Number(process.env.HEADGATE_WINNERS ?? 120)
const IN_FLIGHT = Math.min(CALLS, 10)
const PIECE_BYTES = 65_536
const PIECE = Buffer.from(Array.from({ length: PIECE_BYTES }, (_, at) => (at * 31) % 251))

/** No two are alike, so that none can be missing, or come twice, unseen. */
function pieceAt(index: number): Buffer {
  const piece = Buffer.from(PIECE)
  piece.writeUInt32BE(index)
  return piece
}

for (const [name, undici] of Object.entries(UNDICIS)) {
  t.test(
    `${name}: a winner's body is whole, however many losers are aborted and however slowly it is read`,
    async (t) => {
      const random = seededRandom(1)
      const pieces = BYTES / PIECE_BYTES
      const whole = createHash('sha256')
      for (let index = 0; index < pieces; index += 1) whole.update(pieceAt(index))
      const digest = whole.digest('hex')
      const { origin } = await serve(t, async (_request, response) => {
        if (random() < 0.2) await wait(100 + 100 * random())
        response.writeHead(200, { 'content-length': BYTES })
        for (let index = 0; index < pieces && !response.destroyed; index += 1) {
          if (!response.write(pieceAt(index))) await drained(response)
          if (random() < 0.1 / (BYTES / 524_288)) await wait(1)
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
          if (random() < 0.05 / (BYTES / 524_288)) await wait(2)
        }
        if (hash.digest('hex') !== digest) broken += 1
      }
      for (let n = 0; n < CALLS; n += IN_FLIGHT) {
        await Promise.all(Array.from({ length: IN_FLIGHT }, ask))
      }
      const { hedges, hedgesWon, active } = client.stats()
      t.comment(
        `${CALLS} calls, ${hedges} hedges, of which ${hedgesWon} won; target: 0 bodies that differ`,
      )
      t.equal(broken, 0)
      if (CALLS >= 100) t.ok(hedges > 0 && hedgesWon > 0)
      t.equal(active, 0)
    },
  )
}

/** It has room again, or nobody reads it any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end)
      resolve()
    }
    response.on('drain', end).on('close', end)
  })
}
