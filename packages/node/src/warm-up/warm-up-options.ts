import { checkFunction, checkInteger, checkKnownOptions, checkNumber } from '@headgate/core'

const MAX_MS = 2 ** 31 - 1

/** What a fresh process waits for before it is `ready()`, and how gently it begins. */
export interface WarmUpOptions {
  /**
   * Whether what the process depends on is there. Asked four times a second, one question at a time, until it
   * says true; what it throws is counted, and means no. Default: nothing to wait for.
   */
  readonly dependencies?: (() => boolean | PromiseLike<boolean>) | undefined
  /** Makes the process warm, such as by asking its own routes; it is warm once this has settled. Default none. */
  readonly run?: ((signal: AbortSignal) => unknown) | undefined
  /**
   * Good answers that must have been given until it is warm, whoever asked: an integer, at least 0. Balancers
   * send nothing before it is ready, so `run` or somebody else has to. Default 0.
   */
  readonly requests?: number | undefined
  /** It counts as warm after so many milliseconds at the latest, above 0. Default 30,000. */
  readonly maxWarmMs?: number | undefined
  /**
   * Milliseconds in which the limit grows from a tenth of itself to the whole, once the process is ready. 0 or more.
   * Default 0: at once.
   */
  readonly slowStartMs?: number | undefined
}

export interface ResolvedWarmUp {
  readonly dependencies: () => boolean | PromiseLike<boolean>
  readonly run: (signal: AbortSignal) => unknown
  readonly requests: number
  readonly maxWarmMs: number
  readonly slowStartMs: number
}

export const WARM_UP_DEFAULTS: ResolvedWarmUp = Object.freeze({
  dependencies: () => true,
  run: () => {},
  requests: 0,
  maxWarmMs: 30_000,
  slowStartMs: 0,
})

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function resolveWarmUp(options: WarmUpOptions): ResolvedWarmUp {
  checkKnownOptions('warmUp', options, Object.keys(WARM_UP_DEFAULTS))
  const {
    dependencies = WARM_UP_DEFAULTS.dependencies,
    run = WARM_UP_DEFAULTS.run,
    requests = WARM_UP_DEFAULTS.requests,
    maxWarmMs = WARM_UP_DEFAULTS.maxWarmMs,
    slowStartMs = WARM_UP_DEFAULTS.slowStartMs,
  } = options
  checkFunction('warmUp.dependencies', dependencies)
  checkFunction('warmUp.run', run)
  checkInteger('warmUp.requests', requests, { min: 0 })
  checkNumber('warmUp.maxWarmMs', maxWarmMs, { above: 0, max: MAX_MS })
  checkNumber('warmUp.slowStartMs', slowStartMs, { min: 0, max: MAX_MS })
  return { dependencies, run, requests, maxWarmMs, slowStartMs }
}
