import type { Clock, Limit } from '@headgate/core'
import type { PressureSignal } from '../pressure/process-pressure.ts'
import type { ResolvedSlowClients } from '../slow/slow-clients.ts'

/** What an admission is made of. */
export interface AdmissionParts {
  readonly clock: Clock
  readonly limit: Limit
  readonly signals: readonly PressureSignal[]
  readonly drainDelayMs?: number | undefined
  readonly slowClients?: ResolvedSlowClients | undefined
  /** What of its options is told, beside those of the core and those that `update` takes. */
  readonly configured?: object | undefined
}
