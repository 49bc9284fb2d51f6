import { checkKnownOptions, definedOptions } from '../option/check-option.ts'

/** Options after defaults: every name present, none of them undefined. */
export type ResolvedOptions<Options> = {
  readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined>
}

/**
 * `options` over `defaults`, values not checked yet; an explicit undefined means the default.
 *
 * @throws {InvalidOptionError} when `options` is no object, or has a name that `defaults` lacks.
 */
export function withDefaults<Options extends object>(
  options: Options,
  defaults: ResolvedOptions<Options>,
): ResolvedOptions<Options> {
  checkKnownOptions('options', options, Object.keys(defaults))
  return { ...defaults, ...definedOptions(options) } as ResolvedOptions<Options>
}
