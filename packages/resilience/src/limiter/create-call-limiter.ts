import {
  Admission,
  type AdmissionListener,
  type Clock,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  type Limit,
} from '@headgate/core'
import type { Random } from '../random/random.ts'
import { CallLimit } from './call-limit.ts'

/** Half of the default time of an attempt. */
const MAX_WAIT_MS = 5000

export interface CallLimiterOptions {
  /** Most calls that wait. Integer from 1 to 1,000,000. Default: as many as may be in flight. */
  readonly maxQueued?: number | undefined
  /** Longest wait. Milliseconds from 1 to 60,000. Default 5000; a call's own `deadlineMs` shortens it. */
  readonly maxWaitMs?: number | undefined
}

export interface CallLimiterParts {
  readonly clock: Clock
  readonly random: Random
  /** Default a `CallLimit`. */
  readonly limit?: Limit | undefined
  readonly listener?: AdmissionListener | undefined
}

/**
 * A bound on the calls in flight to one server, with a short queue by tier before it. It is the core's
 * admission, seen from the other side: `offer` a call, `release` its permit with how it ended, `cancel` it.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range.
 */
export function createCallLimiter(
  parts: CallLimiterParts,
  options: CallLimiterOptions = {},
): Admission {
  checkKnownOptions('options', options, ['maxQueued', 'maxWaitMs'])
  const { maxQueued, maxWaitMs = MAX_WAIT_MS } = options
  if (maxQueued !== undefined) checkInteger('maxQueued', maxQueued, { min: 1, max: 1_000_000 })
  checkNumber('maxWaitMs', maxWaitMs, { min: 1, max: 60_000 })
  const { clock, random, limit = new CallLimit(), listener } = parts
  // First come, first served: calls of one process are not clients who may have left.
  const settings = (places: number) =>
    ({ queue: { maxQueued: maxQueued ?? places, maxWaitMs, order: 'fifo' } }) as const
  const admission = new Admission(
    {
      clock,
      random,
      limit,
      listener: {
        perRequest: listener?.perRequest ?? false,
        onEvent(event) {
          if (event.type === 'limit' && maxQueued === undefined)
            admission.update(settings(event.to))
          listener?.onEvent(event)
        },
      },
    },
    settings(limit.current),
  )
  return admission
}
