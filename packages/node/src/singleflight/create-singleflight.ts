import { Singleflight, type SingleflightOptions } from '@headgate/singleflight'
import { systemClock } from '../time/system-clock.ts'

/**
 * One execution for concurrent calls with the same key, on this process's clock:
 *
 * ```ts
 * const flights = createSingleflight()
 * const product = await flights.run(id, (signal) => load(id, signal), { signal: request.signal })
 * ```
 *
 * The work has a signal of its own, which aborts when the last caller has left.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function createSingleflight(options: SingleflightOptions = {}): Singleflight<AbortSignal> {
  return new Singleflight({ clock: systemClock, newAbort }, options)
}

export function newAbort(): AbortController {
  return new AbortController()
}
