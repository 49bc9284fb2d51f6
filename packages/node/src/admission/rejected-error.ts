import type { ErrorCode, Rejection, RejectReason } from '@headgate/core'

/** A request was refused: what `Admission.run` rejects with. Expected under load; see `reason`. */
export class RejectedError extends Error {
  readonly code: ErrorCode = 'HG_ERR_REJECTED'
  readonly reason: RejectReason
  /** When it is worth asking again, in milliseconds. */
  readonly retryAfterMs: number

  constructor({ reason, retryAfterMs }: Rejection) {
    super(`refused: ${reason}; worth another try in ${Math.ceil(retryAfterMs)} ms`)
    this.name = 'RejectedError'
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}
