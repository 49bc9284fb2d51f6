import { performance } from 'node:perf_hooks'
import { TimeShare } from '@headgate/core'

/** So much of the time may go into somebody else's exporter, meter or tracer; each has a share. */
export const DEFAULT_TIME_RATIO = 0.005

const CLOCK = { nowMs: (): number => performance.now() }

/** @throws {InvalidOptionError} called `maxTimeRatio`, unless it is above 0 and up to 1. */
export function exporterShare(maxTimeRatio: number): TimeShare {
  return new TimeShare(CLOCK, maxTimeRatio)
}
