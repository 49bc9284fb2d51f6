/**
 * An option was missing, of the wrong type, or out of range. It has the name, the code and the fields of
 * the error of the same name in `@headgate/core`, which this package does not depend on: match on `code`.
 */
export class InvalidOptionError extends TypeError {
  readonly code = 'HG_ERR_OPTION' as const
  /** The option's name, with dots for nested ones: `dependencies.clock`. */
  readonly option: string

  constructor(option: string, expected: string, actual: unknown) {
    super(`${option} must be ${expected}, got ${describe(actual)}`)
    this.name = 'InvalidOptionError'
    this.option = option
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
