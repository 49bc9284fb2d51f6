import { formatServices } from './print/services-table.ts'
import { formatTrace } from './print/trace-tree.ts'
import { PATIENCE_MS } from './services/front-service.ts'
import { runServices, type ServicesRun } from './services/run-services.ts'
import { STOCK_PER_SECOND } from './services/stock-service.ts'
import { traceRefusal } from './services/trace-refusal.ts'
import type { ShownSpan } from './services/tracing.ts'
import type { Sides } from './services/with-services.ts'

const TRACED_MS = 2000

const ALL_SIDES: readonly Sides[] = [
  { stock: false, front: false },
  { stock: false, front: true },
  { stock: true, front: false },
  { stock: true, front: true },
]

/** `npm start -- services`: one service calls another, which is overloaded by it; with Headgate on either side. */
export async function services(factor: number, seconds: number): Promise<void> {
  const options = {
    factor,
    quietFactor: 0.7,
    beforeMs: 2000,
    overloadMs: seconds * 1000,
    afterMs: 6000,
  }
  console.log(`A front service asks a stock service, which can carry ${STOCK_PER_SECOND} requests a second. Clients of the front service come at 0.7
times that, then for ${seconds} s at ${factor} times, then at 0.7 again, and give up after ${PATIENCE_MS / 1000} s. Without Headgate the front
service has undici and four attempts; with it the plugin and @headgate/client. Four runs and a trace, a good minute.\n`)
  const runs: ServicesRun[] = []
  for (const sides of ALL_SIDES) {
    console.log(`  ${runs.length + 1} of ${ALL_SIDES.length}: Headgate ${sidesName(sides)} ...`)
    runs.push(await runServices(options, sides))
  }
  console.log(`\n${formatServices(runs, options)}\n`)
  console.log(formatRefusal(await traceRefusal(TRACED_MS)))
  const reasons = runs.flatMap(({ invalidReasons }) => invalidReasons)
  if (reasons.length > 0) {
    console.log('\nJudge with care, this machine was too busy for the load generator:')
    for (const reason of reasons) console.log(reason)
  }
}

function sidesName({ stock, front }: Sides): string {
  if (stock && front) return 'in both'
  if (stock || front) return stock ? 'in the stock service' : 'in the front service'
  return 'nowhere'
}

function formatRefusal(trace: readonly ShownSpan[] | undefined): string {
  if (trace === undefined) return 'Nothing that was traced has been refused by the stock service.'
  return `Both with Headgate and OpenTelemetry, and somebody else overloads the stock service: one request to the front.

${formatTrace(trace)}`
}
