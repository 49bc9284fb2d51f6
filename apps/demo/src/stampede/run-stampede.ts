import { forkLoad, type LatencySummary, type LoadOutcomes } from '@headgate/loadgen'
import { ShopProcess } from '../overload/shop-process.ts'
import { BESTSELLERS_TTL_MS } from '../shop/bestseller-route.ts'

/** What came of it. */
export interface Stampede {
  readonly database: string
  /** Queries for the list between the expiry and the last answer. */
  readonly queries: number
  readonly outcomes: LoadOutcomes
  /** How late the generator itself was with the stampede. */
  readonly lag: LatencySummary
  /** Why the figures are not the shop's alone, if they are not. */
  readonly invalidReason: string | undefined
}

export interface StampedeOptions {
  readonly withHeadgate: boolean
  /** Each comes once, on a connection of its own. Default 1,000. */
  readonly clients?: number
  /** Milliseconds within which all of them come. Default 250. */
  readonly withinMs?: number
  /** Milliseconds of the same load beforehand: both sides run compiled code then. Default 3,000. */
  readonly warmUpMs?: number
}

export const STAMPEDE_DEFAULTS: Required<Omit<StampedeOptions, 'withHeadgate'>> = {
  clients: 1_000,
  withinMs: 250,
  warmUpMs: 3_000,
}

const PATIENCE_MS = 30_000
/** As much later than planned the warm-up may end, and the list still expires before the stampede. */
const SPARE_MS = 1_000

/** A list that everybody wants expires, and then everybody comes. */
export async function runStampede(options: StampedeOptions): Promise<Stampede> {
  const { withHeadgate, clients, withinMs, warmUpMs } = { ...STAMPEDE_DEFAULTS, ...options }
  const shop = await ShopProcess.start(withHeadgate)
  try {
    // One generator for all of it: a new one would send the stampede with code that is not compiled yet.
    const report = await forkLoad({
      url: shop.url,
      targets: [{ name: 'bestsellers', path: '/bestsellers' }],
      timeoutMs: PATIENCE_MS,
      connections: clients,
      arrivals: 'constant',
      phases: [
        { name: 'warm-up', ratePerSecond: clients, durationMs: warmUpMs },
        { name: 'quiet', ratePerSecond: 0, durationMs: BESTSELLERS_TTL_MS + SPARE_MS },
        { name: 'stampede', ratePerSecond: (clients * 1_000) / withinMs, durationMs: withinMs },
      ],
    })
    const [warmUp, , phase] = report.phases
    if (warmUp === undefined || phase === undefined) throw new Error('the report has no phase')
    const queries = await countQueries(shop.url, report.startedAtEpochMs + phase.startMs)
    const { total: outcomes, lag } = phase
    const lateMs = (warmUp.lag.maxMs ?? 0) + (warmUp.total.servedMs.maxMs ?? 0)
    const invalidReason =
      lateMs < SPARE_MS ? phase.invalidReason : 'the warm-up ended late: the list had not expired'
    return { database: shop.database, queries, outcomes, lag, invalidReason }
  } finally {
    await shop.stop()
  }
}

async function countQueries(url: string, sinceEpochMs: number): Promise<number> {
  const response = await fetch(`${url}/bestsellers/queries`)
  const { queriedAtMs } = (await response.json()) as { queriedAtMs: number[] }
  return queriedAtMs.filter((atMs) => atMs >= sinceEpochMs).length
}
