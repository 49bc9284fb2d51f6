import t from 'tap'
import { bestOfSweep } from '../../src/command/sweep.ts'

const CALIBRATION = {
  invalidReasons: [],
  capacityPerSecond: 1,
  serveMs: 1000,
  unloadedP50Ms: 10,
  unloadedP99Ms: 40,
}

/** Limit, goodput and p99 of each. */
function check(figures: readonly (readonly [number, number, number])[], expected: number): void {
  const sweeps = figures.map(([limit, goodputRatio, p99Ms]) => {
    return { limit, goodputRatio, p99Ms, runs: [] }
  })
  t.equal(bestOfSweep(sweeps, CALIBRATION).limit, expected)
}

check(
  [
    [10, 0.5, 50],
    [20, 1, 60],
    [40, 0.99, 70],
  ],
  20,
)
// More is served with a longer queue, but too late: 180 ms are allowed.
check(
  [
    [20, 1, 60],
    [400, 1.07, 240],
  ],
  20,
)
check(
  [
    [20, 0.5, 300],
    [400, 0.6, 900],
  ],
  400,
)
