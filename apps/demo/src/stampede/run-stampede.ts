import { forkLoad, type LoadOutcomes } from '@headgate/loadgen'
import { ShopProcess } from '../overload/shop-process.ts'
import { BESTSELLERS_TTL_MS } from '../shop/bestseller-route.ts'

/** What came of it. */
export interface Stampede {
  readonly database: string
  /** Queries for the list between the expiry and the last answer. */
  readonly queries: number
  readonly outcomes: LoadOutcomes
  /** The generator kept its times; else the figures are not the shop's alone. */
  readonly invalidReasons: readonly string[]
}

/** Come within `WITHIN_MS`, on as many connections. */
export const CLIENTS = 1_000
export const WITHIN_MS = 250

const PATIENCE_MS = 30_000
const TARGETS = [{ name: 'bestsellers', path: '/bestsellers' }]

/** A list that everybody wants expires, and then everybody comes. */
export async function runStampede(withHeadgate: boolean): Promise<Stampede> {
  const shop = await ShopProcess.start(withHeadgate)
  try {
    const load = { url: shop.url, targets: TARGETS, timeoutMs: PATIENCE_MS, spin: false } as const
    // Compiled code, and the list is there.
    await forkLoad({
      ...load,
      phases: [{ name: 'warm-up', ratePerSecond: 1_000, durationMs: 3_000 }],
    })
    const before = await countQueries(shop.url)
    const report = await forkLoad({
      ...load,
      connections: CLIENTS,
      arrivals: 'constant',
      phases: [
        { name: 'quiet', ratePerSecond: 0, durationMs: BESTSELLERS_TTL_MS + 500 },
        { name: 'stampede', ratePerSecond: (CLIENTS * 1_000) / WITHIN_MS, durationMs: WITHIN_MS },
      ],
    })
    const outcomes = report.phases.at(-1)?.total
    if (outcomes === undefined) throw new Error('the report has no phase')
    const queries = (await countQueries(shop.url)) - before
    const { database } = shop
    return { database, queries, outcomes, invalidReasons: report.invalidReasons }
  } finally {
    await shop.stop()
  }
}

async function countQueries(url: string): Promise<number> {
  const response = await fetch(`${url}/bestsellers/queries`)
  return ((await response.json()) as { queries: number }).queries
}
