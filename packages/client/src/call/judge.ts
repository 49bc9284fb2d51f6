import { NO_HINTS, serverHints } from '../ears/server-hints.ts'
import type { Attempt, ResponseHead } from './attempt.ts'
import type { CallParts } from './call-parts.ts'
import type { AttemptResult, AttemptVerdict, CallSettings } from './call-settings.ts'
import { errorFailure, type Failure, statusFailure } from './failure.ts'

/** `undefined`: the answer is good. */
export function judgeHead(
  { settings, options }: CallParts,
  attempt: Attempt,
  { status, headers }: ResponseHead,
): Failure | undefined {
  const hints = status < 400 ? NO_HINTS : serverHints(headers, Date.now())
  const failure = status < 400 ? undefined : statusFailure(status, hints, settings.retryStatuses)
  if (settings.classify === undefined) return failure
  const verdict = ask(settings, {
    ...{ status, headers, error: undefined },
    ...{ method: options.method, attempt: attempt.number },
  })
  if (verdict === undefined) return failure
  if (verdict === 'ok') return undefined
  return {
    outcome: verdict === 'overload' ? 'overload' : 'failure',
    effect: hints.isNack ? 'rejected' : 'maybe-processed',
    isRetryable: verdict !== 'fail',
    hints,
    error: undefined,
  }
}

export function judgeError(
  { settings, options }: CallParts,
  attempt: Attempt,
  error: Error,
): Failure {
  const failure = errorFailure(error, attempt.isStarted)
  if (settings.classify === undefined) return failure
  const verdict = ask(settings, {
    ...{ status: undefined, headers: undefined, error },
    ...{ method: options.method, attempt: attempt.number },
  })
  if (verdict === undefined) return failure
  const isRetryable = verdict === 'retry' || verdict === 'overload'
  return { ...failure, isRetryable, outcome: verdict === 'overload' ? 'overload' : failure.outcome }
}

/** A `classify` that throws, or says something else, has said nothing. */
function ask(
  { classify, counters }: CallSettings,
  result: AttemptResult,
): AttemptVerdict | undefined {
  try {
    const verdict = classify?.(result)
    if (verdict === undefined || VERDICTS.includes(verdict)) return verdict
  } catch {
    // Counted below, as an answer that makes no sense is.
  }
  counters.malformed += 1
  return undefined
}

const VERDICTS: readonly unknown[] = ['ok', 'retry', 'fail', 'overload']
