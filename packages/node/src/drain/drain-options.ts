import { constants } from 'node:os'
import {
  checkBoolean,
  checkFunction,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  InvalidOptionError,
} from '@headgate/core'
import type { DrainReport } from './drain-report.ts'

const MAX_MS = 2 ** 31 - 1

/** How a server goes, from the signal to its end. */
export interface DrainOptions {
  /**
   * Milliseconds to serve on as before while `ready()` is false already: as long as balancers take to see
   * that, times the failures they wait for. 0 or more. Default the admission's own, or 5,000.
   */
  readonly drainDelayMs?: number | undefined
  /**
   * Milliseconds after that in which requests are still served, each answer the last of its connection, before
   * connections that are idle are closed. Over sooner when no connection is left. 0 or more. Default 1,000.
   */
  readonly lastCallMs?: number | undefined
  /** Milliseconds after that for those who wait and run, and for answers on their way. 0 or more. Default 10,000. */
  readonly timeoutMs?: number | undefined
  /** What becomes of those who wait: served in their turn, or refused with `draining`. Default `serve`. */
  readonly queue?: 'serve' | 'reject' | undefined
}

export interface DrainOnSignalOptions extends DrainOptions {
  /** Default `SIGTERM` and `SIGINT`. */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Called once all is served or cut off, to close pools and the like; for as long as `timeoutMs`. */
  readonly onDrained?: ((report: DrainReport) => unknown) | undefined
  /**
   * Whether the process exits then, with code 0, once no other drain is under way in it. Default true: nothing
   * else would end it after a signal.
   */
  readonly exit?: boolean | undefined
}

/** Each option with its value. */
export type ResolvedDrain = {
  readonly [Name in keyof DrainOptions]-?: NonNullable<DrainOptions[Name]>
}

export const DRAIN_DEFAULTS: ResolvedDrain = Object.freeze({
  drainDelayMs: 5_000,
  lastCallMs: 1_000,
  timeoutMs: 10_000,
  queue: 'serve',
})

/** No process hears of these. */
const UNHEARD: readonly string[] = ['SIGKILL', 'SIGSTOP']

const TIMES = ['drainDelayMs', 'lastCallMs', 'timeoutMs'] as const
const DRAIN_OPTION_NAMES: readonly string[] = [...TIMES, 'queue']

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function checkDrainOnSignalOptions(options: DrainOnSignalOptions): void {
  checkKnownOptions('options', options, [...DRAIN_OPTION_NAMES, 'signals', 'onDrained', 'exit'])
  checkTimes(options)
  const { signals, onDrained, exit } = options
  if (onDrained !== undefined) checkFunction('onDrained', onDrained)
  if (exit !== undefined) checkBoolean('exit', exit)
  if (signals !== undefined) checkSignals(signals)
}

function checkSignals(signals: readonly string[]): void {
  if (!Array.isArray(signals) || signals.length === 0) {
    const expected = 'an array of at least one name, and not an empty one'
    throw new InvalidOptionError('signals', expected, signals)
  }
  for (const signal of signals) {
    if (Object.hasOwn(constants.signals, signal) && !UNHEARD.includes(signal)) continue
    throw new InvalidOptionError(
      'signals',
      'names of signals that can be listened to, such as "SIGTERM"',
      signal,
    )
  }
}

function checkTimes(options: DrainOptions): void {
  for (const name of TIMES) checkDelay(name, options[name])
  if (options.queue !== undefined) checkOneOf('queue', options.queue, ['serve', 'reject'])
}

/** @throws {InvalidOptionError} when it is no time that a timer can keep. */
export function checkDelay(name: string, delayMs: number | undefined): void {
  if (delayMs !== undefined) checkNumber(name, delayMs, { min: 0, max: MAX_MS })
}

/** @param drainDelayMs what the admission says */
export function resolveDrain(
  options: DrainOptions,
  drainDelayMs: number | undefined,
): ResolvedDrain {
  return {
    drainDelayMs: options.drainDelayMs ?? drainDelayMs ?? DRAIN_DEFAULTS.drainDelayMs,
    lastCallMs: options.lastCallMs ?? DRAIN_DEFAULTS.lastCallMs,
    timeoutMs: options.timeoutMs ?? DRAIN_DEFAULTS.timeoutMs,
    queue: options.queue ?? DRAIN_DEFAULTS.queue,
  }
}
