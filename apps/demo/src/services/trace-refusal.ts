import { forkLoad } from '@headgate/loadgen'
import { STOCK_PER_SECOND } from './stock-service.ts'
import { askToBeTraced, mostTelling } from './trace-probe.ts'
import type { ShownSpan } from './tracing.ts'
import { withServices } from './with-services.ts'

const FACTOR = 3
const WARM_UP_MS = 1000

/**
 * Both services with Headgate and OpenTelemetry, and somebody else who overloads the stock service: the trace
 * of a request to the front service that the stock service refused. Undefined when it refused none that was traced.
 */
export function traceRefusal(durationMs: number): Promise<readonly ShownSpan[] | undefined> {
  const both = { stock: true, front: true }
  return withServices({ sides: both, isTraced: true }, async ({ stock, front }) => {
    const offered = forkLoad({
      url: stock.url,
      phases: [
        { name: 'before', ratePerSecond: STOCK_PER_SECOND / 2, durationMs: WARM_UP_MS },
        { name: 'overload', ratePerSecond: FACTOR * STOCK_PER_SECOND, durationMs },
      ],
      targets: [{ name: 'stock', path: '/stock/1' }],
      spin: false,
    })
    await askToBeTraced(front.url, WARM_UP_MS + durationMs)
    await offered
    return mostTelling([...(await front.spans()), ...(await stock.spans())])
  })
}
