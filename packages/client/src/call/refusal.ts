import type { Rejection } from '@headgate/core'
import { type CallError, refusalError } from '../error/call-error.ts'

/** Which guard here would not let an attempt through. */
export type RefusedBy =
  | { readonly by: 'throttle' }
  | { readonly by: 'rate'; readonly retryAfterMs: number }
  | { readonly by: 'breaker'; readonly retryAfterMs: number }
  | { readonly by: 'limiter'; readonly rejection: Rejection }

/** The error of a call that was refused here, and never left the process. */
export function refusal(refused: RefusedBy): CallError {
  switch (refused.by) {
    case 'throttle':
      return refusalError('not sent: the server refuses most of what it is sent', {
        code: 'HG_ERR_THROTTLED',
        reason: 'throttle',
      })
    case 'rate':
      return refusalError('not sent: the server said that its rate is used up', {
        code: 'HG_ERR_THROTTLED',
        reason: 'rate',
        retryAfterMs: refused.retryAfterMs,
      })
    case 'breaker':
      return refusalError('not sent: the breaker is open', {
        code: 'HG_ERR_BREAKER_OPEN',
        reason: 'breaker',
        retryAfterMs: refused.retryAfterMs,
      })
    case 'limiter':
      return limiterRefusal(refused.rejection)
  }
}

function limiterRefusal({ reason, retryAfterMs }: Rejection): CallError {
  if (reason === 'draining') {
    return refusalError('not sent: the client is closed', { code: 'HG_ERR_CLOSED', reason })
  }
  if (reason === 'expired' || reason === 'doomed') {
    const message = 'not sent: it waited too long for its turn here'
    return refusalError(message, { code: 'HG_ERR_TIMEOUT', reason: 'queue', retryAfterMs })
  }
  const message = `not sent: too many calls wait here already (${reason})`
  return refusalError(message, { code: 'HG_ERR_REJECTED', reason, retryAfterMs })
}
