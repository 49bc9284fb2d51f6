import type { LoadProgress } from './load-report.ts'

/** A stretch of time with one rate of arrivals. */
export interface LoadPhase {
  readonly name: string
  /** At least 0; 0 is a pause. */
  readonly ratePerSecond: number
  /** Above 0. */
  readonly durationMs: number
}

/** One kind of request in the mix; results are kept apart by `name`. */
export interface LoadTarget {
  readonly name: string
  /** Share of the requests, relative to the other targets'. Above 0. Default 1. */
  readonly weight?: number | undefined
  /** Default `GET`. */
  readonly method?: string | undefined
  /** A list is drawn from evenly. */
  readonly path: string | readonly string[]
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}

export interface LoadOptions {
  /** Origin of the server, `http:` only. */
  readonly url: string
  readonly phases: readonly LoadPhase[]
  /** Default: one `GET /` named `all`. */
  readonly targets?: readonly LoadTarget[] | undefined
  /** Default `poisson`; `constant` spaces requests evenly. */
  readonly arrivals?: 'poisson' | 'constant' | undefined
  /** Keep-alive connections, opened before the first request. From 1 to 20,000. Default 1000. */
  readonly connections?: number | undefined
  /** The client's patience, counted from the intended start. Above 0. Default 1000. */
  readonly timeoutMs?: number | undefined
  /** Default 1. */
  readonly seed?: number | undefined
  /** A phase whose p99 of lag is above this is invalid. Default 10. */
  readonly maxLagMs?: number | undefined
  /** A response header whose values are counted. */
  readonly countHeader?: string | undefined
  /** Polls for the last millisecond before each arrival, which takes a core of its own. Default true. */
  readonly spin?: boolean | undefined
  /** Called each half second. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined
}

export const LOAD_DEFAULTS: {
  readonly targets: readonly LoadTarget[]
  readonly arrivals: 'poisson' | 'constant'
  readonly connections: number
  readonly timeoutMs: number
  readonly seed: number
  readonly maxLagMs: number
  readonly spin: boolean
} = Object.freeze({
  targets: [{ name: 'all', path: '/' }],
  arrivals: 'poisson',
  connections: 1000,
  timeoutMs: 1000,
  seed: 1,
  maxLagMs: 10,
  spin: true,
})

export interface ResolvedLoadOptions {
  readonly url: URL
  readonly phases: readonly LoadPhase[]
  readonly targets: readonly LoadTarget[]
  readonly arrivals: 'poisson' | 'constant'
  readonly connections: number
  readonly timeoutMs: number
  readonly seed: number
  readonly maxLagMs: number
  readonly countHeader: string | undefined
  readonly spin: boolean
  readonly onProgress: ((progress: LoadProgress) => void) | undefined
}

type MergedLoadOptions = Omit<ResolvedLoadOptions, 'url'>

/** @throws {RangeError} for an option that is missing or out of range. */
export function resolveLoadOptions(options: LoadOptions): ResolvedLoadOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const merged = { ...LOAD_DEFAULTS, ...Object.fromEntries(given) } as MergedLoadOptions
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined
  check(url?.protocol === 'http:', 'url must be the origin of a plain http server')
  check(options.phases?.length > 0, 'phases must name at least one phase')
  for (const { name, ratePerSecond, durationMs } of options.phases) {
    check(ratePerSecond >= 0 && ratePerSecond < 1e6, `${name}: ratePerSecond must be from 0`)
    check(durationMs > 0 && durationMs < 1e8, `${name}: durationMs must be above 0`)
  }
  checkTargets(merged.targets)
  const { connections, timeoutMs, maxLagMs, arrivals } = merged
  check(arrivals === 'poisson' || arrivals === 'constant', 'arrivals must be poisson or constant')
  check(
    Number.isInteger(connections) && connections >= 1 && connections <= 20_000,
    'connections must be an integer from 1 to 20000',
  )
  check(timeoutMs > 0 && timeoutMs < 1e6, 'timeoutMs must be above 0')
  check(maxLagMs > 0, 'maxLagMs must be above 0')
  return { ...merged, url: url as URL, countHeader: merged.countHeader?.toLowerCase() }
}

function checkTargets(targets: readonly LoadTarget[]): void {
  check(targets.length > 0, 'targets must name at least one target')
  const names = new Set(targets.map((target) => target.name))
  check(names.size === targets.length, 'targets must have different names')
  for (const { name, weight = 1, path } of targets) {
    check(weight > 0 && Number.isFinite(weight), `${name}: weight must be above 0`)
    const paths = typeof path === 'string' ? [path] : path
    check(paths.length > 0, `${name}: path must not be empty`)
    for (const each of paths) check(each.startsWith('/'), `${name}: path must start with /`)
  }
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new RangeError(message)
}
