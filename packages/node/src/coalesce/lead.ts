import type { Rejection } from '@headgate/core'

/** A request on its way to its handler, which others may follow. */
export interface Lead {
  /** Its handler is about to begin. */
  begin(): void
  /** Its handler has ended, as far as its promise tells. */
  onHandlerEnd(): void
  /** The gate refuses it. True: it was answered in another way. */
  onRefused(rejection: Rejection): boolean
}
