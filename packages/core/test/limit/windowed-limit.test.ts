import t from 'tap'
import type { Limit } from '../../src/limit/limit.ts'
import type { Sample } from '../../src/limit/sample.ts'
import { WindowedLimit, type WindowedLimitOptions } from '../../src/limit/windowed-limit.ts'

const MS = 1e6
const START_NS = 1e12

/** A delegate that only remembers. */
class Recorder implements Limit {
  readonly current = 33
  readonly samples: Sample[] = []
  rejects = 0
  onSample(sample: Sample): void {
    this.samples.push({ ...sample })
  }
  onReject(): void {
    this.rejects += 1
  }
  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return { algorithm: 'recorder', seen: this.samples.length }
  }
}

interface Feed {
  readonly recorder: Recorder
  readonly limit: WindowedLimit
  /** One sample that ends at `endMs`. */
  feed(endMs: number, given?: Partial<Sample>): void
}

function windowed(options: WindowedLimitOptions = {}): Feed {
  const recorder = new Recorder()
  const limit = new WindowedLimit(recorder, options)
  const feed = (endMs: number, given: Partial<Sample> = {}): void => {
    const latencyNs = given.latencyNs ?? 10 * MS
    const startNs = START_NS + endMs * MS - latencyNs
    limit.onSample({ startNs, latencyNs, inFlight: 5, overloaded: false, ...given })
  }
  // The first sample closes a window of its own, which is too small to count; time runs from there.
  feed(0)
  return { recorder, limit, feed }
}

t.test(
  'a window is one sample: mean latency, busiest moment, any overload, last start',
  async (t) => {
    const { recorder, feed } = windowed()
    for (let index = 1; index <= 10; index += 1) feed(index * 100, { latencyNs: index * MS })
    t.same(recorder.samples, [], 'the window ends after 1000 ms, not at it')
    feed(1001, { latencyNs: 12 * MS + 5, inFlight: 9, overloaded: true })
    const latencyNs = Math.floor((67 * MS + 5) / 11)
    const startNs = START_NS + 1001 * MS - 12 * MS - 5
    t.same(recorder.samples, [{ startNs, latencyNs, inFlight: 9, overloaded: true }])

    for (let index = 1; index <= 11; index += 1) feed(1001 + index * 100)
    t.match(
      recorder.samples[1],
      { latencyNs: 10 * MS, inFlight: 5, overloaded: false },
      'starts afresh',
    )
  },
)

t.test('a window with too few samples is thrown away', async (t) => {
  const { recorder, feed } = windowed({ minSamples: 12 })
  for (let index = 1; index <= 10; index += 1) feed(index)
  feed(1001, { overloaded: true })
  t.same(recorder.samples, [])
  for (let index = 1; index <= 11; index += 1) feed(1001 + index)
  feed(2002)
  t.match(recorder.samples, [{ overloaded: false }])
})

t.test('samples that are too fast to have done anything are left out', async (t) => {
  const { recorder, feed } = windowed({ minLatencyUs: 500 })
  for (let index = 1; index <= 20; index += 1) feed(index, { latencyNs: 499_999, inFlight: 99 })
  for (let index = 1; index <= 10; index += 1) feed(index, { latencyNs: 500_000 })
  feed(1001, { latencyNs: 499_999 })
  t.same(recorder.samples, [])
  feed(1001, { latencyNs: 500_000 })
  t.match(recorder.samples, [{ latencyNs: 500_000, inFlight: 5 }])
})

t.test('a window lasts twice its shortest latency, within its bounds', async (t) => {
  const lengthMs = (latencyMs: number): number => {
    const { recorder, feed } = windowed({ minWindowMs: 200, maxWindowMs: 2000 })
    // The window that sets the length: it is closed by its last sample, well past any bound.
    for (let index = 0; index < 20; index += 1)
      feed(5000 + index / 100, { latencyNs: latencyMs * MS })
    feed(9000, { latencyNs: latencyMs * MS })
    const before = recorder.samples.length
    for (let atMs = 9001; atMs < 12_000; atMs += 1) {
      feed(atMs, { latencyNs: latencyMs * MS })
      if (recorder.samples.length > before) return atMs - 9000 - 1
    }
    return Number.NaN
  }
  t.equal(lengthMs(10), 200)
  t.equal(lengthMs(400), 800)
  t.equal(lengthMs(3000), 2000)
})

t.test('a percentile leaves out what comes after its capacity', async (t) => {
  const { recorder, feed } = windowed({ statistic: { percentile: 0.9, capacity: 10 } })
  for (let index = 10; index >= 1; index -= 1) feed(100 - index, { latencyNs: index * MS })
  feed(1001, { latencyNs: 500 * MS, inFlight: 99, overloaded: true })
  t.match(recorder.samples, [{ latencyNs: 9 * MS, inFlight: 5, overloaded: false }])
})

t.test('a low percentile of few samples is the lowest', async (t) => {
  const { recorder, feed } = windowed({ statistic: { percentile: 0.01, capacity: 100 } })
  for (let index = 1; index <= 10; index += 1) feed(index, { latencyNs: (20 - index) * MS })
  feed(1001, { latencyNs: 50 * MS })
  t.match(recorder.samples, [{ latencyNs: 10 * MS }])
})

t.test('a sample with an impossible time does not stop the windows', async (t) => {
  for (const startNs of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, 9e15]) {
    const { recorder, feed } = windowed()
    feed(0, { startNs })
    for (let atMs = 1; atMs < 5000; atMs += 10) feed(atMs)
    t.ok(recorder.samples.length >= 2, `after a start at ${startNs}`)
  }
})

t.test('a clock that starts below zero works as well', async (t) => {
  const recorder = new Recorder()
  const limit = new WindowedLimit(recorder)
  for (let index = 0; index < 500; index += 1) {
    const startNs = -1e15 + index * 10 * MS
    limit.onSample({ startNs, latencyNs: MS, inFlight: 1, overloaded: false })
  }
  t.equal(recorder.samples.length, 4)
})

t.test('passes the rest on to its delegate', async (t) => {
  const { recorder, limit } = windowed()
  t.equal(limit.current, 33)
  limit.onReject()
  t.equal(recorder.rejects, 1)
  t.same(limit.snapshot(), {
    algorithm: 'windowed',
    limit: 33,
    samplesInWindow: 0,
    'delegate.algorithm': 'recorder',
    'delegate.seen': 0,
  })
  const silent: Limit = { current: 1, onSample() {}, snapshot: () => ({}) }
  t.doesNotThrow(() => new WindowedLimit(silent).onReject(), 'a delegate need not care')
})

t.test('refuses what is no limit', async (t) => {
  for (const bad of [undefined, null, 20, {}, { current: '20', onSample() {}, snapshot() {} }]) {
    t.throws(() => new WindowedLimit(bad as never), { code: 'HG_ERR_OPTION', option: 'delegate' })
  }
})
