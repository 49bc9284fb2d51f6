import {
  type AdmissionOptions as CoreOptions,
  checkInteger,
  checkNumber,
  checkOneOf,
  type Decision,
  type RateOptions,
} from '@headgate/core'

/**
 * What an admission does with its decisions.
 *
 * - `enforce`: it acts on them.
 * - `shadow`: it decides and counts, and never acts: every request runs. Only draining refuses.
 * - `off`: it decides nothing. Every request goes through, uncounted and without a permit of its own.
 */
export type AdmissionMode = 'enforce' | 'shadow' | 'off'

const ADMISSION_MODES: readonly AdmissionMode[] = Object.freeze([
  'enforce',
  'shadow',
  'off',
] as const)

/** What the core of an admission knows nothing of. All of it may be changed by `update`. */
export interface RuntimeOptions {
  /** Default `enforce`. `off` is for a switch in an emergency, or for comparing. */
  readonly mode?: AdmissionMode | undefined
  /** How many decisions `explain()` remembers. Integer from 0 to 100,000. Default 0: none. */
  readonly explain?: number | undefined
  /**
   * The longest that a permit is held by a handler that says nothing of itself, in milliseconds: from 100 to
   * 86,400,000 (a day). Default 60,000. Its `signal` is aborted then.
   */
  readonly maxHoldMs?: number | undefined
}

export interface ResolvedRuntime {
  readonly mode: AdmissionMode
  readonly explain: number
  readonly maxHoldMs: number
  /** As the core was told. */
  readonly rates: readonly RateOptions[]
}

export const RUNTIME_DEFAULTS: ResolvedRuntime = Object.freeze({
  mode: 'enforce',
  explain: 0,
  maxHoldMs: 60_000,
  rates: Object.freeze([]),
})

export const RUNTIME_OPTION_NAMES: readonly (keyof RuntimeOptions)[] = Object.freeze([
  'mode',
  'explain',
  'maxHoldMs',
] as const)

/** An answer that takes nothing, and so has nothing to give back. */
export const FREE_PASS: Decision = Object.freeze({
  admitted: true,
  permit: Object.freeze({ tier: 'important', waitedMs: 0, sample: () => {}, release: () => {} }),
})

/**
 * Those not named stay as they are in `current`, and `undefined` brings back a default. What is left is
 * for the core.
 *
 * @throws {InvalidOptionError} when an option is of the wrong type or out of range.
 */
export function resolveRuntime(
  options: RuntimeOptions & CoreOptions,
  current: ResolvedRuntime,
): { readonly runtime: ResolvedRuntime; readonly core: CoreOptions } {
  const {
    mode = RUNTIME_DEFAULTS.mode,
    explain = RUNTIME_DEFAULTS.explain,
    maxHoldMs = RUNTIME_DEFAULTS.maxHoldMs,
    ...core
  } = options
  checkOneOf('mode', mode, ADMISSION_MODES)
  checkInteger('explain', explain, { min: 0, max: 100_000 })
  checkNumber('maxHoldMs', maxHoldMs, { min: 100, max: 86_400_000 })
  const runtime = {
    mode: 'mode' in options ? mode : current.mode,
    explain: 'explain' in options ? explain : current.explain,
    maxHoldMs: 'maxHoldMs' in options ? maxHoldMs : current.maxHoldMs,
    rates: 'rate' in options ? [options.rate ?? []].flat() : current.rates,
  }
  return { runtime, core }
}
