import type { RetryBudget, RetryDelay } from '@headgate/resilience'
import type { RetryRefusal } from '../error/retry-refusal.ts'
import type { Failure } from './failure.ts'

/** What is known of a call whose attempt failed. */
export interface RetryQuestion {
  readonly failure: Failure
  /** Attempts without hedges that were made. */
  readonly attempts: number
  readonly maxAttempts: number
  /** It may be made twice without harm. */
  readonly mayRepeat: () => boolean
  readonly canSendBody: boolean
  /** There is a replica that was not asked yet. */
  readonly isElsewhere: boolean
  readonly previousMs: number
  readonly remainingMs: number
}

/** Wait so long and try again, or why not. */
export type RetryDecision =
  | { readonly delayMs: number }
  | { readonly why: RetryRefusal; readonly retryAfterMs?: number }

/** Whether to try again: cheap questions first, and the budget last, since asking it takes from it. */
export function decideRetry(
  question: RetryQuestion,
  delay: RetryDelay | undefined,
  budget: RetryBudget | undefined,
): RetryDecision {
  const { failure, attempts, isElsewhere } = question
  const { hints } = failure
  if (delay === undefined) return { why: 'off' }
  if (!failure.isRetryable) return { why: 'final' }
  if (attempts >= question.maxAttempts) return { why: 'attempts' }
  const isHarmless = failure.effect === 'not-sent' || failure.effect === 'rejected'
  if (!isHarmless && !question.mayRepeat()) return { why: 'unsafe' }
  if (!question.canSendBody) return { why: 'body' }
  // All of its kind are full: another one would say the same, and one attempt more is what it has too much of.
  if (hints.scope === 'service' && hints.askedMs === undefined) return { why: 'forbidden' }
  const isFree = isElsewhere && hints.scope !== 'service'
  // What one replica asks for does not bind the others, if it said that it spoke of itself alone.
  const binds = !(isFree && (hints.scope === 'instance' || hints.isNack))
  const forbids = hints.askedMs !== undefined && hints.askedMs < 0
  const plan = delay.plan({
    retry: attempts,
    previousMs: question.previousMs,
    isOverload: failure.outcome === 'overload',
    isElsewhere: isFree,
    serverDelayMs: binds || forbids ? hints.askedMs : undefined,
    remainingMs: question.remainingMs,
  })
  if (!plan.retry) return { why: plan.reason, retryAfterMs: plan.retryAfterMs }
  return budget === undefined || budget.tryTake() ? { delayMs: plan.delayMs } : { why: 'budget' }
}
