import { type CallEffect, CallError, refusalError } from '../error/call-error.ts'

/** Which time of a call or attempt ran out. */
export type TimedOut = 'total' | 'attempt' | 'deadline' | 'body-idle'

const MESSAGES: Readonly<Record<TimedOut, string>> = {
  total: 'no answer within the time for the whole call',
  attempt: 'no answer within the time for one attempt',
  deadline: 'the deadline passed',
  'body-idle': 'the rest of the answer did not come',
}

export function timeoutError(reason: TimedOut, outcome: CallEffect): CallError {
  const code = reason === 'deadline' ? 'HG_ERR_DEADLINE' : 'HG_ERR_TIMEOUT'
  return new CallError(MESSAGES[reason], { code, reason, outcome })
}

export function noUpstreamError(): CallError {
  const details = { code: 'HG_ERR_NO_UPSTREAM', reason: 'no-upstream' } as const
  return refusalError('not sent: there is no upstream', details)
}

export function closedError(): CallError {
  return refusalError('not sent: the client is closed', { code: 'HG_ERR_CLOSED', reason: 'closed' })
}

export function bodyError(cause: unknown, outcome: CallEffect): CallError {
  const details = { code: 'HG_ERR_BODY', reason: 'body', outcome, cause } as const
  return new CallError('the body of the request failed', details)
}

/** Why an attempt was aborted whose answer nobody waits for; undici wants an error. Traces know it by its reason. */
export const LOST: Error = withoutStack('another attempt was answered first', 'lost')
export const GIVEN_UP: Error = withoutStack('the call is over', 'given-up')

function withoutStack(message: string, reason: string): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = new Error(message)
  Error.stackTraceLimit = stackTraceLimit
  return Object.assign(error, { name: 'AbortError', code: 'UND_ERR_ABORTED', reason })
}
