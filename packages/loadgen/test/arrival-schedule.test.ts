import t from 'tap'
import { type Arrival, ArrivalSchedule } from '../src/arrival-schedule.ts'
import type { LoadPhase } from '../src/load-options.ts'
import { SeededRandom } from '../src/seeded-random.ts'

const PHASES: readonly LoadPhase[] = [
  { name: 'before', ratePerSecond: 300, durationMs: 10_000 },
  { name: 'pause', ratePerSecond: 0, durationMs: 500 },
  { name: 'overload', ratePerSecond: 3000, durationMs: 10_000 },
]

function arrivals(schedule: ArrivalSchedule): Arrival[] {
  const all: Arrival[] = []
  for (let next = schedule.next(); next !== undefined; next = schedule.next()) all.push(next)
  return all
}

t.test('spaces constant arrivals evenly and loses none to rounding', async (t) => {
  const all = arrivals(new ArrivalSchedule(PHASES))
  t.equal(all.filter(({ phaseIndex }) => phaseIndex === 0).length, 3000)
  t.equal(all.filter(({ phaseIndex }) => phaseIndex === 1).length, 0)
  t.equal(all.filter(({ phaseIndex }) => phaseIndex === 2).length, 30_000)
  t.equal(all[0]?.atMs, 0)
  t.equal(all[300]?.atMs, 1000)
  t.equal(all[3000]?.atMs, 10_500)
})

t.test('draws Poisson arrivals of the asked rate, within their phase and in order', async (t) => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const all = arrivals(new ArrivalSchedule(PHASES, new SeededRandom(seed)))
    for (const [phaseIndex, mean] of [
      [0, 3000],
      [1, 0],
      [2, 30_000],
    ] as const) {
      const count = all.filter((arrival) => arrival.phaseIndex === phaseIndex).length
      t.ok(Math.abs(count - mean) <= 4 * Math.sqrt(mean), `seed ${seed}: ${count} of ${mean}`)
    }
    t.ok(all.every(({ atMs }, index) => atMs >= (all[index - 1]?.atMs ?? 0)))
    t.ok(all.every(({ atMs, phaseIndex }) => phaseIndex === (atMs < 10_000 ? 0 : 2)))
  }
})

t.test('has the scatter of a Poisson process, not of an even one', async (t) => {
  const all = arrivals(new ArrivalSchedule([PHASES[2] as LoadPhase], new SeededRandom(9)))
  const perBin = Array.from({ length: 1000 }, () => 0)
  for (const { atMs } of all)
    perBin[Math.floor(atMs / 10)] = (perBin[Math.floor(atMs / 10)] ?? 0) + 1
  const mean = perBin.reduce((sum, count) => sum + count, 0) / perBin.length
  const variance = perBin.reduce((sum, count) => sum + (count - mean) ** 2, 0) / perBin.length
  t.ok(Math.abs(variance / mean - 1) < 0.2, `variance to mean ${variance / mean}`)
})

t.test('offers the same instants for the same seed only', async (t) => {
  const instants = (seed: number): Arrival[] =>
    arrivals(new ArrivalSchedule(PHASES, new SeededRandom(seed)))
  t.same(instants(7), instants(7))
  t.not(instants(7)[0]?.atMs, instants(8)[0]?.atMs)
})
