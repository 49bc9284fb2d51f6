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
