import type { OutgoingBody } from '../body/outgoing-body.ts'
import type { Dispatch, DispatchOptions } from '../handler/handler.ts'
import { mergeHeaders } from '../mouth/merge-headers.ts'
import type { Attempt } from './attempt.ts'
import type { CallParts } from './call-parts.ts'

export interface Sent {
  readonly body: OutgoingBody | undefined
  readonly remainingMs: number
  readonly dispatch: Dispatch
}

/** Hands an attempt to undici. What goes wrong on the way is told to the attempt. */
export function sendAttempt(parts: CallParts, attempt: Attempt, sent: Sent): void {
  try {
    const { options } = parts
    const body = sent.body === undefined ? options.body : sent.body.open()
    sent.dispatch(ownOptions(parts, attempt, { body, remainingMs: sent.remainingMs }), attempt)
  } catch (error) {
    attempt.onResponseError(null, error as Error)
  }
}

/** The call's own options, where nothing has to be changed. */
function ownOptions(
  { settings, options, terms, service }: CallParts,
  { seat, kind, number }: Attempt,
  { body, remainingMs }: { readonly body: unknown; readonly remainingMs: number },
): DispatchOptions {
  const origin = seat.replica.origin ?? options.origin
  const added = settings.propagation?.headersFor({
    origin: String(origin ?? ''),
    isOwn: service.isOwn,
    remainingMs: Math.min(remainingMs, settings.attemptMs),
    attempt: number,
    kind,
    terms,
  })
  const hasHeaders = added !== undefined && added.length > 0
  if (!hasHeaders && body === options.body && origin === options.origin) return options
  const headers = hasHeaders ? mergeHeaders(options.headers, added) : options.headers
  return { ...options, origin, body, headers }
}
