import { formatCount, formatMs } from './print/format-number.ts'
import { formatTable, type TextColumn } from './print/text-table.ts'
import { runStampede, STAMPEDE_DEFAULTS, type Stampede } from './stampede/run-stampede.ts'

const COLUMNS: readonly TextColumn[] = [
  { title: '', align: 'left' },
  { title: 'queries', align: 'right' },
  { title: 'answered', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'slowest', align: 'right' },
  { title: 'generator late, p99', align: 'right' },
]

/** `npm start -- stampede`: a popular list expires, without and with Headgate. */
export async function stampede(): Promise<void> {
  const { clients, withinMs } = STAMPEDE_DEFAULTS
  console.log(`A list that is kept for a second expires, and ${formatCount(clients)} clients ask for it within ${withinMs} ms.
Starting the shop twice, without and then with Headgate ...`)
  const without = await runStampede({ withHeadgate: false })
  const withHeadgate = await runStampede({ withHeadgate: true })
  const rows = [formatRow('without Headgate', without), formatRow('with Headgate', withHeadgate)]
  console.log(`\nOn ${withHeadgate.database}.\n\n${formatTable(COLUMNS, rows)}`)
  const reasons = [without, withHeadgate].flatMap(({ invalidReason }) => invalidReason ?? [])
  if (reasons.length > 0) {
    console.log('\nJudge with care, this machine was too busy for the load generator:')
    for (const reason of reasons) console.log(reason)
  }
}

function formatRow(name: string, { queries, outcomes, lag }: Stampede): string[] {
  const { p50Ms, p99Ms, maxMs } = outcomes.servedMs
  const times = [p50Ms, p99Ms, maxMs, lag.p99Ms].map((ms) => formatMs(ms))
  return [name, formatCount(queries), formatCount(outcomes.served), ...times]
}
