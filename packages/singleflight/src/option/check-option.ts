import { InvalidOptionError } from './invalid-option-error.ts'

/** A range of numbers: `min` belongs to it, `above` and `below` do not. */
export interface NumberRange {
  readonly min?: number
  readonly above?: number
  readonly below?: number
}

/** @throws {InvalidOptionError} unless `value` is a finite number in the range. */
export function checkNumber(option: string, value: unknown, range: NumberRange): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || !isInRange(value, range)) {
    throw new InvalidOptionError(option, `a number${describeRange(range)}`, value)
  }
}

/** @throws {InvalidOptionError} unless `value` is a safe integer of at least `min`. */
export function checkCount(option: string, value: unknown, min: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < min) {
    throw new InvalidOptionError(option, `an integer from ${min}`, value)
  }
}

/** @throws {InvalidOptionError} unless `value` is a function. */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw new InvalidOptionError(option, 'a function', value)
}

/** @throws {InvalidOptionError} unless `value` is an object with all of these methods. */
export function checkMethods(option: string, value: unknown, methods: readonly string[]): void {
  if (typeof value === 'object' && value !== null) {
    const it = value as Record<string, unknown>
    if (methods.every((name) => typeof it[name] === 'function')) return
  }
  throw new InvalidOptionError(option, `an object with ${methods.join(', ')}`, value)
}

/**
 * A misspelt option would be ignored in silence, and the bound it asked for with it.
 *
 * @throws {InvalidOptionError} unless `options` is an object with no names but `known`.
 */
export function checkKnownNames(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidOptionError(where, 'an object', options)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new InvalidOptionError(where, `made of ${known.join(', ')}`, name)
  }
}

/** `options` over `defaults`; a name set to undefined does not hide its default. */
export function withDefaults<Defaults extends object, Options extends object>(
  options: Options,
  defaults: Defaults,
): Defaults & { [Name in keyof Options]: Options[Name] } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) } as Defaults & Options
}

function isInRange(value: number, { min, above, below }: NumberRange): boolean {
  return (
    (min === undefined || value >= min) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  )
}

function describeRange({ min, above, below }: NumberRange): string {
  const low = min !== undefined ? ` from ${min}` : above !== undefined ? ` above ${above}` : ''
  return below === undefined ? low : `${low} below ${below}`
}
