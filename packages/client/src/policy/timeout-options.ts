import { checkKnownOptions, checkNumber, definedOptions } from '@headgate/core'

export interface TimeoutOptions {
  /** Until an answer begins, over all attempts, waits and queues. Milliseconds above 0; infinite: none. Default 30,000. */
  readonly totalMs?: number | undefined
  /** The same of one attempt, from when it is sent. Milliseconds above 0, at most `totalMs`. Default 10,000. */
  readonly attemptMs?: number | undefined
  /** To make a connection; only where the client makes its own dispatcher. Milliseconds above 0. Default 3000. */
  readonly connectMs?: number | undefined
  /** Between two parts of an answer, while the caller wants more. Milliseconds above 0; infinite: none. Default 30,000. */
  readonly bodyIdleMs?: number | undefined
}

export interface CallTimeouts {
  readonly totalMs: number
  readonly attemptMs: number
  readonly connectMs: number
  readonly bodyIdleMs: number
}

const NEVER = Number.POSITIVE_INFINITY
/** The longest that a timer of Node's waits: 24 days. */
const MOST_MS = 2 ** 31 - 1

export const TIMEOUT_DEFAULTS: CallTimeouts = Object.freeze({
  totalMs: 30_000,
  attemptMs: 10_000,
  connectMs: 3000,
  bodyIdleMs: 30_000,
})

export const NO_TIMEOUTS: CallTimeouts = Object.freeze({
  totalMs: NEVER,
  attemptMs: NEVER,
  connectMs: TIMEOUT_DEFAULTS.connectMs,
  bodyIdleMs: NEVER,
})

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
export function resolveTimeouts(
  options: TimeoutOptions = {},
  defaults: CallTimeouts = TIMEOUT_DEFAULTS,
): CallTimeouts {
  checkKnownOptions('timeouts', options, Object.keys(TIMEOUT_DEFAULTS))
  const given = definedOptions(options)
  const { totalMs, connectMs, bodyIdleMs } = { ...defaults, ...given } as CallTimeouts
  // A default gives way to what was asked for.
  const attemptMs = given.attemptMs ?? Math.min(defaults.attemptMs, totalMs)
  checkTime('timeouts.totalMs', totalMs, MOST_MS)
  checkTime('timeouts.attemptMs', attemptMs, totalMs)
  checkTime('timeouts.connectMs', connectMs, MOST_MS)
  checkTime('timeouts.bodyIdleMs', bodyIdleMs, MOST_MS)
  return { totalMs, attemptMs, connectMs, bodyIdleMs }
}

function checkTime(option: string, value: number, most: number): void {
  if (value === NEVER && most >= MOST_MS) return
  checkNumber(option, value, { above: 0, max: Math.min(most, MOST_MS) })
}
