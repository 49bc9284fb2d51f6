import {
  ADMISSION_OPTION_NAMES,
  AdaptiveLimit,
  type AdmissionOptions as CoreOptions,
  checkFunction,
  checkKnownOptions,
  FixedLimit,
  InvalidOptionError,
  type Limit,
} from '@headgate/core'
import { checkDelay } from '../drain/drain-options.ts'
import { createLoopUtilization } from '../loop/loop-utilization.ts'
import type { PressureSignal } from '../pressure/process-pressure.ts'
import { resolveSlowClients, type SlowClientOptions } from '../slow/slow-clients.ts'
import { systemClock } from '../time/system-clock.ts'
import { SlowStartLimit } from '../warm-up/slow-start-limit.ts'
import { warmUp as warmUpOf } from '../warm-up/warm-up.ts'
import {
  type ResolvedWarmUp,
  resolveWarmUp,
  type WarmUpOptions,
} from '../warm-up/warm-up-options.ts'
import { Admission } from './admission.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { RUNTIME_OPTION_NAMES, type RuntimeOptions } from './runtime-options.ts'

export interface AdmissionOptions extends CoreOptions, RuntimeOptions {
  /** Default `adaptive`. A number (integer, at least 1) is a fixed limit; a `Limit` is your own rule. */
  readonly limit?: 'adaptive' | number | Limit | undefined
  /** Your own signals, each 0 to 1, such as the share of a pool's connections that are waited for. */
  readonly pressure?: readonly PressureSignal[] | undefined
  /**
   * Milliseconds for which a process that was told to go serves on as before, no longer `ready()`: as long as
   * its balancers take to see that. 0 or more. Default 5,000 for `drainOnSignal`, else 0.
   */
  readonly drainDelayMs?: number | undefined
  /** When a client that is slow to send its body or to read its answer is cut off. `false`: never. */
  readonly slowClients?: SlowClientOptions | false | undefined
  /** What a fresh process waits for before it is `ready()`, and how gently it begins. Default nothing. */
  readonly warmUp?: WarmUpOptions | undefined
}

export const CREATE_ADMISSION_OPTION_NAMES: readonly (keyof AdmissionOptions)[] = Object.freeze([
  'limit',
  'pressure',
  'drainDelayMs',
  'slowClients',
  'warmUp',
  ...ADMISSION_OPTION_NAMES,
  ...RUNTIME_OPTION_NAMES,
] as const)

/**
 * An admission on this process's clock, event loop and heap. Nothing needs to be set.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function createAdmission(options: AdmissionOptions = {}): Admission {
  checkKnownOptions('options', options, CREATE_ADMISSION_OPTION_NAMES)
  const { limit = 'adaptive', pressure = [], drainDelayMs, slowClients, warmUp, ...core } = options
  checkDelay('drainDelayMs', drainDelayMs)
  if (!Array.isArray(pressure)) {
    throw new InvalidOptionError('pressure', 'an array of functions', pressure)
  }
  pressure.forEach((signal, index) => {
    checkFunction(`pressure[${index}]`, signal)
  })
  const parts = {
    clock: systemClock,
    signals: pressure,
    drainDelayMs,
    slowClients: resolveSlowClients(slowClients),
  }
  const warming = warmUp === undefined ? undefined : resolveWarmUp(warmUp)
  const configured = {
    ...{ limit, pressure: pressure.length, drainDelayMs },
    ...{ slowClients: parts.slowClients ?? false, warmUp: warming ?? false },
  }
  const made = { ...parts, configured, limit: createLimit(limit) }
  return warming === undefined ? new Admission(made, core) : createWarming(made, core, warming)
}

function createWarming(
  parts: AdmissionParts,
  core: CoreOptions & RuntimeOptions,
  options: ResolvedWarmUp,
): Admission {
  const { clock } = parts
  const limit = new SlowStartLimit(parts.limit, clock, options.slowStartMs)
  const admission = new Admission({ ...parts, limit }, core)
  const onError = (error: unknown): void => admission.reportError('warmUp', error)
  void warmUpOf({ clock, limit, readiness: admission.readiness, onError }, options)
  return admission
}

function createLimit(limit: 'adaptive' | number | Limit): Limit {
  if (limit === 'adaptive') {
    return new AdaptiveLimit({}, { utilization: createLoopUtilization() })
  }
  if (typeof limit === 'number') return new FixedLimit(limit)
  if (isLimit(limit)) return limit
  throw new InvalidOptionError('limit', "'adaptive', an integer from 1, or a Limit", limit)
}

/** By its members, all of them: without `current` every request would be refused, and nobody told why. */
function isLimit(limit: unknown): limit is Limit {
  if (typeof limit !== 'object' || limit === null) return false
  const { current, onSample, snapshot } = limit as Partial<Limit>
  return (
    typeof current === 'number' && typeof onSample === 'function' && typeof snapshot === 'function'
  )
}
