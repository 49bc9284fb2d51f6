import type { Outcome } from '@headgate/core'

/**
 * What a response teaches. Fast failures must not look like a fast service, so only answers that did
 * the work count; a 503 or 504 says that something behind is overloaded.
 */
export function responseOutcome(statusCode: number): Outcome {
  if (statusCode < 400) return 'success'
  return statusCode === 503 || statusCode === 504 ? 'overload' : 'ignore'
}
