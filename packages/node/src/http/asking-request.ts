import type { AdmissionRequest, Tier } from '@headgate/core'
import type { RequestTrace } from './request-trace.ts'

/** What a host knows of a request when it asks for admission. */
export interface AskingRequest extends AdmissionRequest {
  /** Which attempt of its sender's it is, as a trusted peer told. Default 1. */
  readonly attempt?: number | undefined
  /** Its tier, where it asks with a lower one because it is a retry or a hedge. */
  readonly statedTier?: Tier | undefined
  /** The trace that it belongs to, where decisions are remembered. */
  readonly traceId?: string | undefined
  /** Who follows it. */
  readonly trace?: RequestTrace | undefined
}
