import type { ErrorSource } from './admission-event.ts'

/**
 * What a user's function answered, or `undefined` when that is a promise: the request cannot wait, and a
 * promise taken for an answer is always true. It is told of instead.
 */
export function promptAnswer<Answer>(
  source: ErrorSource,
  answer: Answer,
  onLate: (error: TypeError) => void,
): Answer | undefined {
  const then = (answer as { readonly then?: unknown } | null | undefined)?.then
  if (typeof then !== 'function') return answer
  onLate(
    new TypeError(`${source} must answer at once, got a promise: make it a function without async`),
  )
  // Nobody waits for it, and its failure, which nobody handles, would end the process.
  then.call(answer, undefined, () => {})
  return undefined
}
