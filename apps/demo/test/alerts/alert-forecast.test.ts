import type { LoadBin } from '@headgate/loadgen'
import t from 'tap'
import { forecastAlert } from '../../src/alerts/alert-forecast.ts'

const PER_BIN = 100

/** So many seconds of so much refused, one after the other. */
function load(...parts: readonly (readonly [seconds: number, refusedRatio: number])[]): LoadBin[] {
  const shares = parts.flatMap(([seconds, share]) =>
    Array.from({ length: seconds * 10 }, () => share),
  )
  return shares.map((share, index) => {
    const rejected = Math.round(share * PER_BIN)
    const served = PER_BIN - rejected
    return { startMs: index * 100, offered: PER_BIN, served, rejected, failed: 0 }
  })
}

t.test('the known answers of the workbook come out', async (t) => {
  // Factor 14.4 of a budget of 0.1 %, of an hour and five minutes: total outage.
  const hour = { windowsSeconds: [3_600, 300], threshold: 0.0144, forSeconds: 0 }
  const { firesMs, endsMs } = forecastAlert(load([3_600, 0], [600, 1], [400, 0]), hour)
  t.equal(Math.floor(((firesMs ?? 0) - 3_600_000) / 1_000), 51, 'after 51.84 s')
  t.equal(Math.floor(((endsMs ?? 0) - 4_200_000) / 1_000), 295, 'over after 295.7 s')
  t.same(forecastAlert(load([3_600, 0], [3_600, 0.0144]), hour).firesMs, undefined, 'never')
})

t.test('an alert that waits starts anew when it was well in between', async (t) => {
  const waits = { windowsSeconds: [1], threshold: 0.01, forSeconds: 3 }
  t.same(forecastAlert(load([5, 0], [1, 1], [5, 0]), waits), {
    firesMs: undefined,
    endsMs: undefined,
  })
  const { firesMs } = forecastAlert(load([5, 0], [1, 1], [3, 0], [9, 1]), waits)
  t.equal(firesMs, 9_000 + 100 + 3_000)
})

t.test('what goes on at the end has not ended', async (t) => {
  const once = { windowsSeconds: [1], threshold: 0.5, forSeconds: 0 }
  t.same(forecastAlert(load([2, 0], [2, 1]), once).endsMs, undefined)
  t.same(forecastAlert([], once), { firesMs: undefined, endsMs: undefined })
})
