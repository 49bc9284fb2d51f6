import type { LoadOutcomes, LoadReport } from '@headgate/loadgen'
import t from 'tap'
import { SHOP_MIX } from '../../src/overload/shop-mix.ts'
import { formatComparison } from '../../src/print/comparison-table.ts'

const options = {
  factor: 4,
  warmUpMs: 1000,
  capacityMs: 1000,
  beforeMs: 1000,
  overloadMs: 2000,
  afterMs: 3000,
}

const BARE: LoadOutcomes = {
  offered: 4000,
  sent: 3900,
  served: 40,
  rejected: 0,
  late: 3850,
  unsent: 100,
  errors: 10,
  rejectedByStatus: {},
  rejectedByReason: {},
  errorsByCode: { ECONNRESET: 10 },
  headerValues: {},
  servedMs: { count: 40, p50Ms: 700, p99Ms: 990 },
  rejectedMs: { count: 0 },
  goodputPerSecond: 20,
}

const GUARDED: LoadOutcomes = {
  ...BARE,
  served: 1000,
  rejected: 3000,
  late: 0,
  unsent: 0,
  errors: 0,
  rejectedByReason: { full: 500, shed: 2400, expired: 100 },
  servedMs: { count: 1000, p50Ms: 20, p99Ms: 80 },
}

/** The same outcomes for all, and arrivals after the overload served from `recoveredAtMs` on. */
function report(outcomes: LoadOutcomes, recoveredAtMs: number): LoadReport {
  const targets = Object.fromEntries(SHOP_MIX.map(({ target }) => [target.name, outcomes]))
  const phase = {
    name: 'overload',
    startMs: 1000,
    durationMs: 2000,
    ratePerSecond: 2000,
    total: outcomes,
    targets,
    lag: { count: 1 },
    valid: true,
  }
  const series = Array.from({ length: 60 }, (_, index) => {
    const startMs = index * 100
    const served = startMs >= recoveredAtMs ? 10 : 0
    return { startMs, offered: 10, served, rejected: 0, failed: 10 - served }
  })
  const run = {
    url: 'http://127.0.0.1',
    seed: 1,
    connections: 1000,
    timeoutMs: 1000,
    startedAtEpochMs: 0,
  }
  return { ...run, phases: [phase], series, connectFailures: 0, valid: true, invalidReasons: [] }
}

t.test('shows each kind of request, without and with, and the recovery', async (t) => {
  const lines = formatComparison({
    options,
    capacityPerSecond: 500,
    without: report(BARE, 99_999),
    with: report(GUARDED, 3700),
  }).split('\n')
  t.same(lines.slice(0, 6), [
    '                    offered  in time           p50     p99  no answer  rejected, by reason',
    '--------------------------------------------------------------------------------------------',
    'checkout (critical)',
    '  without Headgate    4,000       40   1 %  700 ms  990 ms      3,960  0',
    '  with Headgate       4,000    1,000  25 %   20 ms   80 ms          0  2,400 shed, 500 full,',
    '                                                                       100 expired',
  ])
  t.same(
    lines.filter((line) => /^\w/.test(line)),
    [
      ...SHOP_MIX.map(({ tier, target }) => `${target.name} (${tier})`),
      'all',
      'back to normal after the overload',
    ],
  )
  t.match(lines.at(-2), /without Headgate +not within 3\.0 s/)
  t.match(lines.at(-1), /with Headgate +0\.7 s/)
  t.ok(lines.every((line) => line.length <= 100))
})
