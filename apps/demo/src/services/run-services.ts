import { setTimeout as wait } from 'node:timers/promises'
import { forkLoad, type LoadOutcomes, type LoadReport, recoveryMs } from '@headgate/loadgen'
import { PATIENCE_MS } from './front-service.ts'
import { STOCK_PER_SECOND } from './stock-service.ts'
import { type Services, type Sides, withServices } from './with-services.ts'

export interface ServicesOptions {
  /** The overload, in capacities of the stock service. */
  readonly factor: number
  /** Before and after it, as well. */
  readonly quietFactor: number
  readonly beforeMs: number
  readonly overloadMs: number
  readonly afterMs: number
}

/** What came of one run. */
export interface ServicesRun {
  readonly sides: Sides
  /** What clients of the front service saw, in the overload and after it. */
  readonly overload: LoadOutcomes
  readonly after: LoadOutcomes
  /** Requests that arrived at the stock service for each call of the front service, in the same times. */
  readonly requestsPerCall: { readonly overload: number; readonly after: number }
  /** From the end of the overload until each second is in time again; undefined: not within the run. */
  readonly recoveryMs: number | undefined
  readonly invalidReasons: readonly string[]
}

const TARGETS = [{ name: 'products', path: productPaths() }]

/** Starts both services, overloads the front one, and so the one behind it, and counts. */
export function runServices(options: ServicesOptions, sides: Sides): Promise<ServicesRun> {
  return withServices({ sides, isTraced: false }, (services) => measure(options, sides, services))
}

async function measure(
  options: ServicesOptions,
  sides: Sides,
  services: Services,
): Promise<ServicesRun> {
  const { beforeMs, overloadMs, afterMs } = options
  const counts = new PhaseCounts(services, [beforeMs, beforeMs + overloadMs])
  const report = await offer(services.front.url, options, (elapsedMs) => counts.begin(elapsedMs))
  const [overloadCounts, afterCounts] = await counts.end()
  const [, overload, after] = report.phases
  if (overload === undefined || after === undefined) throw new Error('the report lacks a phase')
  return {
    sides,
    overload: overload.total,
    after: after.total,
    requestsPerCall: { overload: overloadCounts, after: afterCounts },
    recoveryMs: recoveryMs(report.series, beforeMs + overloadMs, {
      windowMs: Math.min(1000, afterMs),
      successRatio: 0.99,
    }),
    invalidReasons: report.invalidReasons,
  }
}

function offer(
  url: string,
  { factor, quietFactor, beforeMs, overloadMs, afterMs }: ServicesOptions,
  onProgress: (elapsedMs: number) => void,
): Promise<LoadReport> {
  const quiet = quietFactor * STOCK_PER_SECOND
  return forkLoad({
    url,
    phases: [
      { name: 'before', ratePerSecond: quiet, durationMs: beforeMs },
      { name: 'overload', ratePerSecond: factor * STOCK_PER_SECOND, durationMs: overloadMs },
      { name: 'after', ratePerSecond: quiet, durationMs: afterMs },
    ],
    targets: TARGETS,
    timeoutMs: PATIENCE_MS,
    // The services and the generator share what cores there are.
    spin: false,
    maxLagMs: PATIENCE_MS / 50,
    onProgress: (progress) => onProgress(progress.elapsedMs),
  })
}

/** Requests and calls between marks, read from the services while the load goes on. */
class PhaseCounts {
  readonly #services: Services
  readonly #marksMs: readonly number[]
  #reads: Promise<readonly [number, number]>[] = []

  constructor(services: Services, marksMs: readonly number[]) {
    this.#services = services
    this.#marksMs = marksMs
  }

  /** The first report of the load says when its time began; later ones change nothing. */
  begin(elapsedMs: number): void {
    if (this.#reads.length > 0) return
    this.#reads = this.#marksMs.map(async (atMs) => {
      await wait(Math.max(0, atMs - elapsedMs))
      return this.#read()
    })
  }

  /** Requests for each call, from each mark to the next or to now. */
  async end(): Promise<readonly [number, number]> {
    const reads = [...(await Promise.all(this.#reads)), await this.#read()]
    const ratios = reads.slice(1).map(([arrived, calls], index) => {
      const [arrivedBefore, callsBefore] = reads[index] ?? [0, 0]
      return (arrived - arrivedBefore) / Math.max(1, calls - callsBefore)
    })
    return [ratios[0] ?? Number.NaN, ratios[1] ?? Number.NaN]
  }

  async #read(): Promise<readonly [number, number]> {
    return Promise.all([this.#services.stock.count(), this.#services.front.count()])
  }
}

function productPaths(): string[] {
  return Array.from({ length: 50 }, (_, index) => `/products/${index + 1}`)
}
