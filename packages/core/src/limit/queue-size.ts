import { InvalidOptionError } from '../option/invalid-option-error.ts'

/** How many requests may wait inside the service for the limit to count it as healthy: fixed, or by limit. */
export type QueueSize = number | ((limit: number) => number)

/**
 * The queue size as a function of the limit. Where the user's own function answers anything but a number
 * from 0, the queue is 0: one NaN would stay in the limit for ever.
 *
 * @throws {InvalidOptionError} unless it is an integer from 1, or a function whose answer for
 *   `initialLimit` is a number from 0.
 */
export function resolveQueueSize(
  queueSize: QueueSize,
  initialLimit: number,
): (limit: number) => number {
  if (typeof queueSize === 'function') {
    const answer = queueSize(initialLimit)
    if (!isSize(answer)) {
      throw new InvalidOptionError('queueSize', 'a function that returns a number from 0', answer)
    }
    return (limit) => {
      const size = queueSize(limit)
      return isSize(size) ? size : 0
    }
  }
  if (Number.isSafeInteger(queueSize) && queueSize >= 1) return () => queueSize
  throw new InvalidOptionError('queueSize', 'an integer from 1, or a function', queueSize)
}

function isSize(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}
