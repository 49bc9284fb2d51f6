import type { LoadOutcomes } from '@headgate/loadgen'
import t from 'tap'
import { overloadGoals } from '../../src/command/overload-goals.ts'
import type { OverloadRun } from '../../src/measure/overload-run.ts'

function run(figures: Partial<OverloadRun>, p99Ms: number, rejectP99Ms: number): OverloadRun {
  const overload = { servedMs: { p99Ms }, rejectedMs: { p99Ms: rejectP99Ms } }
  return { ...figures, overload: overload as LoadOutcomes } as OverloadRun
}

/** Which goals are met, by the beginning of their name. */
function check(
  workload: string,
  runs: readonly OverloadRun[],
  expected: Readonly<Record<string, boolean>>,
): void {
  const goals = overloadGoals({
    workload,
    guard: 'headgate',
    factor: 5,
    runs,
    unloadedP99Ms: 10,
    bestStaticRatio: 1,
  })
  const met = Object.fromEntries(goals.map((goal) => [goal.what.split(' ')[1], goal.met]))
  t.same(met, expected, `${workload} ${JSON.stringify(goals)}`)
}

const GOOD = { goodputRatio: 0.97, boundRatio: 0.975, recoveryMs: 0 }

check('cpu', [run(GOOD, 110, 9)], { goodput: true, served: true, time: true, recovery: true })
check('cpu', [run({ ...GOOD, boundRatio: 1 }, 121, 11)], {
  goodput: false,
  served: false,
  time: false,
  recovery: true,
})
// The pool is compared with the best fixed limit, and its refusals need not wait for any CPU.
check('pool', [run(GOOD, 110, 9)], { goodput: false, served: true, time: false, recovery: true })
check('slow-pool', [run(GOOD, 110, 9)], {
  goodput: false,
  served: true,
  time: false,
  recovery: true,
})
// Never recovered, in the median.
check('cpu', [run({ ...GOOD, recoveryMs: undefined as never }, 110, 9)], {
  goodput: true,
  served: true,
  time: true,
  recovery: false,
})
check('cpu', [], {})

const targets = (cheap: number, dear: number): OverloadRun['targets'] =>
  ({ cheap: { served: cheap }, dear: { served: dear } }) as unknown as OverloadRun['targets']
const MIXED = { goodputRatio: 2.9, recoveryMs: 0 }
check('mixed', [run({ ...MIXED, targets: targets(500, 7) }, 300, 9)], {
  goodput: true,
  dear: true,
  recovery: true,
})
check('mixed', [run({ ...MIXED, targets: targets(900, 2) }, 300, 9)], {
  goodput: true,
  dear: false,
  recovery: true,
})
