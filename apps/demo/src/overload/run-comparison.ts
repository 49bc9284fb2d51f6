import {
  forkLoad,
  type LoadPhase,
  type LoadPhaseReport,
  type LoadProgress,
  type LoadReport,
} from '@headgate/loadgen'
import { measureCapacity } from './measure-capacity.ts'
import { SHOP_MIX } from './shop-mix.ts'
import { ShopProcess } from './shop-process.ts'

export interface ComparisonOptions {
  /** The overload, in capacities of the unprotected shop. Above 1. */
  readonly factor: number
  /** Gentle traffic first, for both: neither is judged while its code is still being compiled. */
  readonly warmUpMs: number
  readonly capacityMs: number
  readonly beforeMs: number
  readonly overloadMs: number
  readonly afterMs: number
}

/** Told as it happens. */
export interface ComparisonListener {
  onStarting(withHeadgate: boolean): void
  onListening(database: string): void
  onCapacity(capacityPerSecond: number): void
  onProgress(progress: LoadProgress): void
}

export interface Comparison {
  readonly options: ComparisonOptions
  /** Of the shop without Headgate, in closed loop. */
  readonly capacityPerSecond: number
  readonly without: LoadReport
  readonly with: LoadReport
}

/** How long a client waits for an answer before it gives up. */
export const PATIENCE_MS = 1000

/** No more than there are connections, so nobody waits. */
const WARM_UP_CLIENTS = 6

/** Enough to keep all connections and the CPU busy at once. */
const CAPACITY_CLIENTS = 40

const TARGETS = SHOP_MIX.map(({ target }) => target)

/** The same overload on the same shop twice, first without Headgate and then with it. */
export async function runComparison(
  options: ComparisonOptions,
  listener: ComparisonListener,
): Promise<Comparison> {
  const { warmUpMs, capacityMs } = options
  const warmUp = { targets: TARGETS, clients: WARM_UP_CLIENTS, warmUpMs: 0, durationMs: warmUpMs }
  const busy = {
    targets: TARGETS,
    clients: CAPACITY_CLIENTS,
    warmUpMs: 500,
    durationMs: capacityMs,
  }
  let capacityPerSecond = 0
  const without = await withShop(false, listener, async (url) => {
    await measureCapacity({ url, ...warmUp })
    capacityPerSecond = await measureCapacity({ url, ...busy })
    listener.onCapacity(capacityPerSecond)
    return offer(url, comparisonPhases(options, capacityPerSecond), listener)
  })
  const withHeadgate = await withShop(true, listener, async (url) => {
    await measureCapacity({ url, ...warmUp })
    return offer(url, comparisonPhases(options, capacityPerSecond), listener)
  })
  return { options, capacityPerSecond, without, with: withHeadgate }
}

/** Half the capacity, then the overload, then half again, to see how long the shop takes to recover. */
export function comparisonPhases(
  options: ComparisonOptions,
  capacityPerSecond: number,
): LoadPhase[] {
  const { factor, beforeMs, overloadMs, afterMs } = options
  const half = capacityPerSecond / 2
  return [
    { name: 'before', ratePerSecond: half, durationMs: beforeMs },
    { name: 'overload', ratePerSecond: factor * capacityPerSecond, durationMs: overloadMs },
    { name: 'after', ratePerSecond: half, durationMs: afterMs },
  ]
}

/** What came of the overload itself. */
export function overloadPhase({ phases }: LoadReport): LoadPhaseReport {
  const phase = phases.find(({ name }) => name === 'overload')
  if (phase === undefined) throw new Error('the report has no phase named overload')
  return phase
}

function offer(
  url: string,
  phases: readonly LoadPhase[],
  { onProgress }: ComparisonListener,
): Promise<LoadReport> {
  return forkLoad({
    url,
    phases,
    targets: TARGETS,
    timeoutMs: PATIENCE_MS,
    // The shop's two threads and the generator share what cores there are: none may take one for itself.
    spin: false,
    // A fiftieth of the patience: what is compared here differs by far more.
    maxLagMs: PATIENCE_MS / 50,
    onProgress,
  })
}

async function withShop<T>(
  withHeadgate: boolean,
  listener: ComparisonListener,
  work: (url: string) => Promise<T>,
): Promise<T> {
  listener.onStarting(withHeadgate)
  const shop = await ShopProcess.start(withHeadgate)
  try {
    listener.onListening(shop.database)
    return await work(shop.url)
  } finally {
    await shop.stop()
  }
}
