import { InvalidOptionError } from './invalid-option-error.ts'

/** A range of numbers: `min` and `max` belong to it, `above` and `below` do not. */
export interface NumberRange {
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly below?: number
}

/** @throws {InvalidOptionError} unless `value` is a finite number in the range. */
export function checkNumber(
  option: string,
  value: unknown,
  range: NumberRange,
): asserts value is number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !isInRange(value, range)) {
    throw new InvalidOptionError(option, `a number${describeRange(range)}`, value)
  }
}

/** @throws {InvalidOptionError} unless `value` is a safe integer in the range. */
export function checkInteger(
  option: string,
  value: unknown,
  range: NumberRange,
): asserts value is number {
  if (!Number.isSafeInteger(value) || !isInRange(value as number, range)) {
    throw new InvalidOptionError(option, `an integer${describeRange(range)}`, value)
  }
}

/** @throws {InvalidOptionError} unless `value` is one of `names`. */
export function checkOneOf<Name extends string>(
  option: string,
  value: unknown,
  names: readonly Name[],
): asserts value is Name {
  if (!names.includes(value as Name)) {
    const listed = names.map((name) => JSON.stringify(name)).join(', ')
    throw new InvalidOptionError(option, `one of ${listed}`, value)
  }
}

/** @throws {InvalidOptionError} unless `value` is a function. */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw new InvalidOptionError(option, 'a function', value)
}

/** @throws {InvalidOptionError} unless `value` is true or false. */
export function checkBoolean(option: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw new InvalidOptionError(option, 'true or false', value)
}

/**
 * A misspelt option would be ignored in silence, and the protection it asked for with it.
 *
 * @throws {InvalidOptionError} unless `options` is an object with no names but `known`.
 */
export function checkKnownOptions(
  where: string,
  options: unknown,
  known: readonly string[],
): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidOptionError(where, 'an object', options)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new InvalidOptionError(where, `made of ${known.join(', ')}`, name)
  }
}

/** What is left of `options` without the names set to undefined, so that they do not hide a default. */
export function definedOptions<Options extends object>(options: Options): Options {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Options
}

function isInRange(value: number, { min, max, above, below }: NumberRange): boolean {
  return (
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  )
}

function describeRange({ min, max, above, below }: NumberRange): string {
  const low = min !== undefined ? ` from ${min}` : above !== undefined ? ` above ${above}` : ''
  const high = max !== undefined ? ` to ${max}` : below !== undefined ? ` below ${below}` : ''
  return low + high
}
