import t from 'tap'
import { usableLatencyNs } from '../../src/limit/usable-latency.ts'

function usable(latencyNs: unknown, inFlight: unknown = 1): number {
  return usableLatencyNs({ startNs: 0, latencyNs, inFlight, overloaded: false } as never)
}

t.test('keeps an honest latency as it is', async (t) => {
  for (const latencyNs of [1, 1.5, 5e9, Number.MAX_SAFE_INTEGER])
    t.equal(usable(latencyNs), latencyNs)
})

t.test('counts less than one nanosecond as one', async (t) => {
  for (const latencyNs of [0, -0, 0.99, -1, -1e300]) t.equal(usable(latencyNs), 1)
})

t.test('has no use for a latency or a count that is no finite number', async (t) => {
  for (const bad of [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '5',
    5n,
    null,
  ]) {
    t.equal(usable(bad), 0)
    t.equal(usable(5, bad), 0)
  }
  t.equal(usable(undefined), 0)
})

t.test('cuts what would overflow a sum', async (t) => {
  t.equal(usable(1e308), Number.MAX_SAFE_INTEGER)
})
