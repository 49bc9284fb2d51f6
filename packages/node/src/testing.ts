import type { RejectReason } from '@headgate/core'
import type { Admission } from './admission/admission.ts'

/** A refusal to be forced; `retryAfterMs` defaults to 1,000. */
export interface ForcedRejection {
  readonly reason: RejectReason
  readonly retryAfterMs?: number | undefined
}

/**
 * Makes an admission refuse every request, so that you can test how your service, its clients and its
 * pages answer a refusal. Returns a function that ends it.
 *
 * ```ts
 * const restore = force(app.headgate, { reason: 'shed' })
 * const response = await app.inject('/orders') // 503
 * restore()
 * ```
 */
export function force(
  admission: Admission,
  { reason, retryAfterMs = 1_000 }: ForcedRejection,
): () => void {
  admission.force({ admitted: false, reason, retryAfterMs })
  return () => admission.force(undefined)
}
