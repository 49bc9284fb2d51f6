import t from 'tap'
import { simulateTail, type TailResult } from './simulated-tail.ts'

function describe(name: string, { p50Ms, p99Ms, p999Ms, extraRatio }: TailResult): string {
  const latencies = [p50Ms, p99Ms, p999Ms].map((each) => each.toFixed(1)).join(' / ')
  return `${name}: p50 / p99 / p99.9 ${latencies} ms, ${(extraRatio * 100).toFixed(2)} % more`
}

for (const [load, p99Ms, forMs] of [
  [0.3, 45, 8000],
  [0.6, 55, 4000],
] as const) {
  t.test(`at a load of ${load} the 99th percentile is cut by three`, async (t) => {
    for (const seed of [1, 2]) {
      const without = simulateTail({ load, hedges: false, seed, forMs })
      const hedged = simulateTail({ load, hedges: true, seed, forMs })
      t.comment(describe(`seed ${seed}, no hedges`, without))
      t.comment(describe(`seed ${seed}, hedged`, hedged))
      t.comment(`targets: p99 cut by 3 and at most ${p99Ms}, 5 % more`)
      t.ok(without.p99Ms / hedged.p99Ms >= 3, `${without.p99Ms / hedged.p99Ms}`)
      t.ok(hedged.p99Ms <= p99Ms)
      t.ok(hedged.p999Ms <= without.p999Ms)
      t.ok(hedged.extraRatio <= 0.05)
    }
  })
}

t.test(
  'where all are six times as slow, it stays within its budget, and makes nothing worse',
  async (t) => {
    const settings = { load: 0.12, slowness: 6, seed: 1, forMs: 12_000 }
    const without = simulateTail({ ...settings, hedges: false })
    const hedged = simulateTail({ ...settings, hedges: true })
    const control = simulateTail({ ...settings, hedges: 'fixed' })
    t.comment(describe('no hedges', without))
    t.comment(describe('hedged', hedged))
    t.comment(describe('control: after 20 ms, no budget', control))
    t.comment('targets: at most 5 % more, the median within 6 %; control more than 20 %')
    t.ok(hedged.extraRatio <= 0.05)
    t.ok(Math.abs(hedged.p50Ms / without.p50Ms - 1) <= 0.06)
    t.ok(control.extraRatio > 0.2)
  },
)
