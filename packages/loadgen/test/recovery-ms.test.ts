import t from 'tap'
import type { LoadBin } from '../src/load-report.ts'
import { type RecoveryOptions, recoveryMs } from '../src/recovery-ms.ts'

interface Case extends RecoveryOptions {
  /** One number per 100 ms: served of 100. */
  readonly served: readonly number[]
  readonly overloadEndMs: number
}

function check({ served, overloadEndMs, ...options }: Case, expected: number | undefined): void {
  const series: LoadBin[] = served.map((count, index) => ({
    startMs: index * 100,
    offered: 100,
    served: count,
    rejected: 100 - count,
    failed: 0,
  }))
  t.equal(recoveryMs(series, overloadEndMs, options), expected, JSON.stringify({ served, options }))
}

const GOOD = Array.from({ length: 10 }, () => 100)

check({ served: [20, 20, ...GOOD], overloadEndMs: 200 }, 0)
check({ served: [20, 20, 0, 0, ...GOOD], overloadEndMs: 200 }, 200)
check({ served: [20, 20, ...GOOD, 0, ...GOOD], overloadEndMs: 200 }, 1100)
check({ served: [20, 20, ...GOOD, 0], overloadEndMs: 200 }, undefined)
check({ served: [...GOOD, 0, 0, 0, 0, 0, 0], overloadEndMs: 500 }, undefined)
// One bad bin in five is within the window's ratio while the five together keep it.
check({ served: [0, 95, 100, 100, 100, 100, 100], overloadEndMs: 100 }, 0)
check({ served: [0, 94, 100, 100, 100, 100, 100], overloadEndMs: 100 }, 100)
check({ served: [0, 94, 100, 100, 100, 100, 100], overloadEndMs: 100, successRatio: 0.98 }, 0)
check({ served: [0, 94, 100, 100], overloadEndMs: 100, successRatio: 0.9, windowMs: 100 }, 0)
// Nothing can be said of less than a window.
check({ served: [0, 100, 100, 100, 100], overloadEndMs: 100 }, undefined)
check({ served: [0, ...GOOD, 0, 0, 0], overloadEndMs: 100, untilMs: 1100 }, 0)
t.equal(recoveryMs([], 0), undefined)

t.test('a window without arrivals is no failure', async (t) => {
  const series = Array.from({ length: 10 }, (_, index) => {
    return { startMs: index * 100, offered: 0, served: 0, rejected: 0, failed: 0 }
  })
  t.equal(recoveryMs(series, 200), 0)
})
