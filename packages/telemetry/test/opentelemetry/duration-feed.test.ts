import { TimeShare } from '@headgate/core'
import { createAdmission } from '@headgate/node'
import type { Attributes, Meter } from '@opentelemetry/api'
import t from 'tap'
import { DurationFeed } from '../../src/opentelemetry/duration-feed.ts'

type Recorded = readonly [name: string, seconds: number, attributes: Attributes | undefined]

function create(t: { teardown(end: () => unknown): void }, ratio: number) {
  let nowMs = 0
  const share = new TimeShare({ nowMs: () => nowMs }, ratio)
  const recorded: Recorded[] = []
  let takesMs = 0
  const createHistogram: Meter['createHistogram'] = (name) => ({
    record: (seconds, attributes) => {
      nowMs += takesMs
      recorded.push([name, seconds, attributes as Attributes])
    },
  })
  const admission = createAdmission({ limit: 10_000, queue: false })
  const feed = new DurationFeed(admission, { createHistogram } as Meter, { name: 'api', share })
  t.teardown(() => {
    feed.stop()
    admission.close()
  })
  const serve = (count: number): void => {
    for (let n = 0; n < count; n += 1) {
      const decision = admission.tryAcquire({ tier: 'critical' })
      if (decision.admitted) decision.permit.release(n % 2 === 0 ? 'success' : 'overload')
    }
  }
  const block = (ms: number): void => {
    takesMs = ms
  }
  return { feed, share, recorded, serve, block }
}

t.test('a request records nothing: that is done later, for many at once', async (t) => {
  const { feed, recorded, serve } = create(t, 0.005)
  serve(2)
  t.same(recorded, [])
  feed.flush()
  t.match(recorded, [
    ['headgate.wait', 0, { 'headgate.name': 'api', 'headgate.tier': 'critical' }],
    ['headgate.wait', 0, { 'headgate.pool': 'default' }],
    ['headgate.service', Number, { 'headgate.outcome': 'success' }],
    ['headgate.service', Number, { 'headgate.outcome': 'overload' }],
  ])
  feed.flush()
  t.equal(recorded.length, 4, 'each is recorded once')
})

t.test('and by itself, soon', async (t) => {
  const { recorded, serve } = create(t, 0.005)
  serve(1)
  // Its timer holds no process open.
  const open = setInterval(() => {}, 5)
  for (let tries = 0; tries < 1_000 && recorded.length < 2; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  clearInterval(open)
  t.equal(recorded.length, 2)
})

t.test(
  'what there is no time for is dropped and counted, and so is what there is no place for',
  async (t) => {
    const { feed, share, recorded, serve, block } = create(t, 0.005)
    block(6)
    serve(100)
    feed.flush()
    t.equal(recorded.length, 2, '10 ms were saved')
    t.equal(share.dropped, 198)
    block(0)
    serve(2_000)
    t.equal(share.dropped, 198 + 1_488 + 2 * 488)
  },
)

t.test('without a bound nothing is', async (t) => {
  const { feed, share, recorded, serve, block } = create(t, 1)
  block(6)
  serve(2_000)
  feed.flush()
  t.equal(recorded.length, 4_000)
  t.equal(share.dropped, 0)
})
