import t from 'tap'
import { type OverheadRound, overheadGoals, overheadPage } from '../../src/command/overhead-page.ts'

function round(
  contestant: string,
  ofBare: number,
  more: Partial<OverheadRound> = {},
): OverheadRound {
  return {
    host: 'fastify',
    contestant,
    refuses: false,
    perSecond: 20_000 * ofBare,
    cpuUs: 50 / ofBare,
    warmUpCpuUs: [100 / ofBare, 60 / ofBare],
    busyRatio: 1,
    ofBare,
    cpuOfBare: ofBare,
    invalidReasons: [],
    ...more,
  }
}

const BARE = round('bare', 1)

function check(rounds: readonly OverheadRound[], expected: readonly boolean[]): void {
  t.strictSame(
    overheadGoals(rounds).map(({ met }) => met),
    expected,
  )
}

// Throughput, CPU, and beside under-pressure where that ran.
check([BARE, round('headgate', 0.96)], [true, true])
check([BARE, round('headgate', 0.94)], [false, false])
check([BARE, round('headgate', 0.96, { cpuOfBare: 0.9 })], [true, false])
check([BARE, round('headgate', 0.96), round('under-pressure', 0.97)], [true, true, false])
const onNode = [round('bare', 1, { host: 'node' }), round('headgate', 0.94, { host: 'node' })]
check(onNode, [true, true])
// What refuses is no throughput.
check([BARE, round('headgate', 0.5, { refuses: true })], [])
// Medians.
check(
  [0.8, 0.96, 0.97].map((ofBare) => round('headgate', ofBare)),
  [true, true],
)

t.test('each host has its table, what is served before what is refused', async (t) => {
  const refusing = round('headgate', 1.1, { refuses: true })
  const page = overheadPage({ rounds: [refusing, BARE, ...onNode] }).join('\n')
  t.match(page, /## fastify[\s\S]*\| bare .* served[\s\S]*\| headgate .* refused [\s\S]*## node/)
})

t.test('what it took until then is told by the second, of what is served', async (t) => {
  const fast = round('headgate', 0.5, { warmUpCpuUs: [200, 120, 110] })
  const refusing = round('static', 1, { refuses: true })
  const [, , , , table = ''] = overheadPage({ rounds: [BARE, fast, refusing] })
  t.match(table, /\| guard +\| 1 +\| 2 +\| then +\|/)
  t.match(table, /\| bare +\| 100\.0 \| 60\.0 +\| 50\.0 +\|/)
  t.match(table, /\| headgate \| 200\.0 \| 120\.0 \| 100\.0 \|/)
  t.notMatch(table, /static/)
})
