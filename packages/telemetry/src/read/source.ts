import { InvalidOptionError } from '@headgate/core'
import type { MetricSource } from '../catalog.ts'
import { type ObservedAdmission, readAdmission } from './read-admission.ts'
import { type ObservedClient, readClient, untoldUpstreams } from './read-client.ts'
import { type ObservedSingleflight, readSingleflight } from './read-singleflight.ts'
import type { Reading } from './reading.ts'

/** What telemetry can be made of. */
export type Observed = ObservedAdmission | ObservedClient | ObservedSingleflight

/** Whatever is observed, in one shape. */
export interface Source {
  readonly kind: Extract<MetricSource, 'admission' | 'client' | 'singleflight'>
  readonly admission: ObservedAdmission | undefined
  /** Every value of now. May throw what a user's own limit throws. */
  read(): readonly Reading[]
  /** How many series were left out. */
  untold(): number
}

/** @throws {InvalidOptionError} when it is none of what can be observed. */
export function sourceOf(observed: Observed): Source {
  const { subscribe, stats, snapshot } = (observed ?? {}) as Partial<
    ObservedAdmission & ObservedClient
  >
  const untold = (): number => 0
  if (typeof subscribe === 'function' && typeof snapshot === 'function') {
    const admission = observed as ObservedAdmission
    return { kind: 'admission', admission, read: () => readAdmission(admission.snapshot()), untold }
  }
  if (typeof stats === 'function') {
    const client = observed as ObservedClient
    const read = (): readonly Reading[] => readClient(client.stats())
    return {
      kind: 'client',
      admission: undefined,
      read,
      untold: () => untoldUpstreams(client.stats()),
    }
  }
  if (typeof snapshot === 'function') {
    const flights = observed as ObservedSingleflight
    const read = (): readonly Reading[] => readSingleflight(flights.snapshot())
    return { kind: 'singleflight', admission: undefined, read, untold }
  }
  throw new InvalidOptionError('observed', 'an admission, a client or a singleflight', observed)
}
