import type { ErrorCode } from '@headgate/core'
import type { RetryRefusal } from './retry-refusal.ts'

/**
 * How far a call that failed may have got, over all of its attempts.
 *
 * - `not-sent`: no byte of it reached a server; any call is safe to make again.
 * - `rejected`: the server said that it did nothing.
 * - `maybe-processed`: it was sent, and nobody knows what became of it.
 * - `processed`: the server answered, and the answer was lost on its way.
 */
export type CallEffect = 'not-sent' | 'rejected' | 'maybe-processed' | 'processed'

const EFFECTS: readonly CallEffect[] = ['not-sent', 'rejected', 'maybe-processed', 'processed']

/** Of two attempts, what may have happened at most. */
export function worseEffect(one: CallEffect, other: CallEffect): CallEffect {
  return EFFECTS.indexOf(one) >= EFFECTS.indexOf(other) ? one : other
}

export interface CallErrorDetails {
  readonly code: ErrorCode
  /** Why, in a word from a closed list; which one depends on `code`. */
  readonly reason: string
  readonly outcome: CallEffect
  /** When it is worth asking again, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A call ended here and not at the server: a time ran out, or it was not sent at all. */
export class CallError extends Error {
  readonly code: ErrorCode
  readonly reason: string
  /** How far the call may have got. */
  readonly outcome: CallEffect
  /** When it is worth asking again, in milliseconds; `undefined` where that is not known. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, details: CallErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CallError'
    this.code = details.code
    this.reason = details.reason
    this.outcome = details.outcome
    this.retryAfterMs = details.retryAfterMs
  }
}

/** A refusal made here: expected, frequent in an overload, and so without a stack, which would cost more than the call. */
export function refusalError(
  message: string,
  details: Omit<CallErrorDetails, 'outcome'>,
): CallError {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return new CallError(message, { ...details, outcome: 'not-sent' })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/**
 * What every error of a call says, whoever made it: this client, undici or the network. What was caught is `unknown`
 * to TypeScript, and not always a `CallError`: cast it to this.
 */
export interface CallFailure extends Error {
  /** `HG_ERR_…`, `UND_ERR_…`, or the network's own, such as `ECONNREFUSED`. */
  readonly code: string
  readonly outcome: CallEffect
  /** How many attempts were sent. */
  readonly attempts: number
  /** Why it was not tried again, where it might have been. */
  readonly notRetried?: RetryRefusal | undefined
  /** Why it was refused or given up here, in a word. */
  readonly reason?: string | undefined
  /** When it is worth asking again, in milliseconds, where that is known. */
  readonly retryAfterMs?: number | undefined
}

/** What is added to an error that undici or the network made. */
export interface ErrorMarks {
  /** Where undici has left it out: an error keeps its own as it is. */
  readonly code: string | undefined
  readonly outcome: CallEffect
  readonly attempts: number
  /** Why it was not tried again, where it might have been. */
  readonly notRetried?: string | undefined
}

/** Says what it marks on an error; what is frozen, or no object, stays as it is. */
export function markError(error: unknown, marks: ErrorMarks): void {
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) return
  for (const [name, value] of Object.entries(marks)) {
    if (value === undefined) continue
    const property = { value, configurable: true, enumerable: false, writable: true }
    Object.defineProperty(error, name, property)
  }
}
