import type { AdmissionEvent as CoreAdmissionEvent } from '@headgate/core'

/** Which of the user's functions threw. */
export type ErrorSource =
  | 'tier'
  | 'tenant'
  | 'anonymous'
  | 'pool'
  | 'cost'
  | 'exempt'
  | 'trust'
  | 'cors'
  | 'config'
  | 'deadlineMs'
  | 'pressure'
  | 'onReject'
  | 'onDrained'
  | 'warmUp'
  | 'liveness'
  | 'coalesce'
  | 'subscriber'

/**
 * What an admission tells its subscribers: the core's events, and errors in the user's own functions.
 * Errors are told once a second at most for each source; `suppressed` counts those kept back since.
 */
export type AdmissionEvent =
  | CoreAdmissionEvent
  | {
      readonly type: 'error'
      readonly source: ErrorSource
      readonly error: unknown
      readonly suppressed: number
    }

export type AdmissionEventType = AdmissionEvent['type']

export const ADMISSION_EVENT_TYPES: readonly AdmissionEventType[] = Object.freeze([
  'admitted',
  'rejected',
  'released',
  'limit',
  'shadow',
  'overload',
  'drain',
  'error',
] as const)
