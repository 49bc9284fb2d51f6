import { createServer } from 'node:http'
import { ask, listening, seededRandom } from '@headgate/conformance'
import t from 'tap'
import { RetryShare, retryShareOf } from '../../src/contract/retry-share.ts'
import { createAdmission, wrap } from '../../src/index.ts'
import { type ForcedReason, force } from '../../src/testing.ts'

/** Whether the share is high after so many arrivals, of which `ratio` are retries. */
function isHigh(ratio: number, arrivals: number, seed: number): boolean {
  const share = new RetryShare()
  const random = seededRandom(seed)
  for (let n = 0; n < arrivals; n += 1) share.onArrival(random() < ratio)
  return share.isHigh
}

t.test('more than a tenth of what arrives is too much', async (t) => {
  for (let seed = 1; seed <= 50; seed += 1) {
    t.equal(isHigh(0.04, 5_000, seed), false, `4 %, seed ${seed}`)
    t.equal(isHigh(0.25, 5_000, seed), true, `25 %, seed ${seed}`)
  }
})

t.test(
  'a few retries at the beginning are not, and a storm that is over is forgotten',
  async (t) => {
    t.equal(isHigh(1, 10, 1), false)
    t.equal(isHigh(1, 40, 1), true)
    const share = new RetryShare()
    for (let n = 0; n < 1_000; n += 1) share.onArrival(true)
    for (let n = 0; n < 500; n += 1) share.onArrival(false)
    t.equal(share.isHigh, false)
  },
)

t.test('all hosts of an admission have one share', async (t) => {
  const [one, other] = [createAdmission(), createAdmission()]
  t.teardown(() => one.close())
  t.teardown(() => other.close())
  t.equal(retryShareOf(one), retryShareOf(one))
  t.not(retryShareOf(one), retryShareOf(other))
})

t.test('only who is believed counts, and only want of capacity is answered with it', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const options = {
    admission,
    trust: ({ headers }: { headers: object }) => 'x-mesh' in headers,
    headers: { pushback: true },
  }
  const listener = wrap((_request, response) => response.end('served'), options)
  const port = await listening(t, createServer(listener))
  const retry = { 'x-request-attempt': '2' }
  const pushback = async (reason: ForcedReason, headers: object): Promise<unknown> => {
    const restore = force(admission, { reason, retryAfterMs: 1_500 })
    const answer = await ask(port, { headers: { ...headers } })
    restore()
    return answer.headers['x-retry-pushback-ms']
  }
  for (let n = 0; n < 60; n += 1) t.equal(await pushback('full', retry), '1500')
  for (let n = 0; n < 60; n += 1) await pushback('full', { ...retry, 'x-mesh': '1' })
  for (const reason of ['full', 'shed', 'expired', 'pressure', 'evicted', 'replaced'] as const) {
    t.equal(await pushback(reason, {}), '-1', reason)
  }
  for (const reason of ['draining', 'rate', 'tenant-rate', 'tenant-full'] as const) {
    t.equal(await pushback(reason, retry), '1500', reason)
  }
})
