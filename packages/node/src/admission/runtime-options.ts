import { type AdmissionOptions as CoreOptions, checkOneOf, type Decision } from '@headgate/core'

/**
 * What an admission does with its decisions.
 *
 * - `enforce`: it acts on them.
 * - `off`: it decides nothing. Every request goes through, uncounted and without a permit of its own.
 */
export type AdmissionMode = 'enforce' | 'off'

const ADMISSION_MODES: readonly AdmissionMode[] = Object.freeze(['enforce', 'off'] as const)

/** What the core of an admission knows nothing of. All of it may be changed by `update`. */
export interface RuntimeOptions {
  /** Default `enforce`. `off` is for a switch in an emergency, or for comparing. */
  readonly mode?: AdmissionMode | undefined
}

export interface ResolvedRuntime {
  readonly mode: AdmissionMode
}

export const RUNTIME_DEFAULTS: ResolvedRuntime = Object.freeze({ mode: 'enforce' })

export const RUNTIME_OPTION_NAMES: readonly (keyof RuntimeOptions)[] = Object.freeze([
  'mode',
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
  const { mode = RUNTIME_DEFAULTS.mode, ...core } = options
  checkOneOf('mode', mode, ADMISSION_MODES)
  return { runtime: 'mode' in options ? { mode } : current, core }
}
