import type { Decision, Permit } from '@headgate/core'
import { RejectedError } from './rejected-error.ts'

/**
 * Runs `work` with the permit of a decision and gives it back when `work` has settled: a failure is
 * ignored as a sample, a success is one.
 *
 * @throws {RejectedError} (as a rejection) when the request was refused.
 */
export async function runWithPermit<Result>(
  deciding: Promise<Decision>,
  work: (permit: Permit) => Result | Promise<Result>,
): Promise<Result> {
  const decision = await deciding
  if (!decision.admitted) throw new RejectedError(decision)
  const { permit } = decision
  try {
    const result = await work(permit)
    permit.release('success')
    return result
  } finally {
    permit.release('ignore')
  }
}
