import { formatCount, formatMs } from './print/format-number.ts'
import { formatTable, type TextColumn } from './print/text-table.ts'
import { CLIENTS, runStampede, type Stampede, WITHIN_MS } from './stampede/run-stampede.ts'

const COLUMNS: readonly TextColumn[] = [
  { title: '', align: 'left' },
  { title: 'queries', align: 'right' },
  { title: 'answered', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'slowest', align: 'right' },
]

/** `npm start -- stampede`: a popular list expires, without and with Headgate. */
export async function stampede(): Promise<void> {
  console.log(`A list that is kept for a second expires, and ${formatCount(CLIENTS)} clients ask for it within ${WITHIN_MS} ms.
Starting the shop twice, without and then with Headgate ...`)
  const without = await runStampede(false)
  const withHeadgate = await runStampede(true)
  const rows = [formatRow('without Headgate', without), formatRow('with Headgate', withHeadgate)]
  console.log(`\nOn ${withHeadgate.database}.\n\n${formatTable(COLUMNS, rows)}`)
  const reasons = [...without.invalidReasons, ...withHeadgate.invalidReasons]
  if (reasons.length > 0) {
    console.log('\nJudge with care, this machine was too busy for the load generator:')
    for (const reason of reasons) console.log(reason)
  }
}

function formatRow(name: string, { queries, outcomes }: Stampede): string[] {
  const { p50Ms, p99Ms, maxMs } = outcomes.servedMs
  const times = [p50Ms, p99Ms, maxMs].map((ms) => formatMs(ms))
  return [name, formatCount(queries), formatCount(outcomes.served), ...times]
}
