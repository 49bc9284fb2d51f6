import type { ErrorCode } from './error-code.ts'

/**
 * An option was missing, unknown, of the wrong type, or out of range. Thrown while constructing; of Express and Koa also
 * where a request comes to an `admit()` without a gate before it.
 */
export class InvalidOptionError extends TypeError {
  readonly code: ErrorCode = 'HG_ERR_OPTION'
  /**
   * The option's name, with dots for nested ones: `queue.maxWaitMs`. For an unknown one, where it stands: `options`, `queue`;
   * behind its route, where a route says it: `config.headgate of GET /search: cost`.
   */
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
