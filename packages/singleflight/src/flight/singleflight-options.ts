import {
  checkCount,
  checkFunction,
  checkKnownNames,
  checkNumber,
  withDefaults,
} from '../option/check-option.ts'
import type { Copy } from './flight.ts'

/** Bounds of a `Singleflight`. At each of them a call runs apart, on its own; none is refused. */
export interface SingleflightOptions {
  /** Most keys in the air at once. Further keys run apart. Integer, at least 1. Default 10,000. */
  readonly maxFlights?: number | undefined
  /** Most callers of one flight beside the first. Further ones run apart. Integer, at least 1. Default 10,000. */
  readonly maxFollowers?: number | undefined
  /**
   * How old a flight may be that is still joined, in ms: the next caller starts another, and those who
   * wait go on waiting. Above 0. Default 5,000.
   */
  readonly maxAgeMs?: number | undefined
  /** Called for each caller with the shared value, to give it its own, as `structuredClone`. Default: all get the same. */
  readonly copy?: Copy | undefined
}

export const SINGLEFLIGHT_DEFAULTS: {
  readonly maxFlights: number
  readonly maxFollowers: number
  readonly maxAgeMs: number
} = Object.freeze({ maxFlights: 10_000, maxFollowers: 10_000, maxAgeMs: 5_000 })

export type ResolvedSingleflightOptions = typeof SINGLEFLIGHT_DEFAULTS & {
  readonly copy?: Copy | undefined
}

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
export function resolveSingleflightOptions(
  options: SingleflightOptions,
): ResolvedSingleflightOptions {
  checkKnownNames('options', options, [...Object.keys(SINGLEFLIGHT_DEFAULTS), 'copy'])
  const resolved = withDefaults(options, SINGLEFLIGHT_DEFAULTS) as ResolvedSingleflightOptions
  checkCount('maxFlights', resolved.maxFlights, 1)
  checkCount('maxFollowers', resolved.maxFollowers, 1)
  checkNumber('maxAgeMs', resolved.maxAgeMs, { above: 0 })
  if (resolved.copy !== undefined) checkFunction('copy', resolved.copy)
  return resolved
}
