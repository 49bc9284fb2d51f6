/**
 * Decides when waiters may start. Without one, a waiter starts as soon as a permit is free; with one,
 * every request waits until the dispatcher calls `Admission.pump`, or starts it with `Admission.jobs`.
 *
 * This is the seam for loop-aware dispatch: on Node, work started inside an I/O callback hides the
 * queue behind it in the kernel, where nobody can count, order or refuse it.
 */
export interface Dispatcher {
  /** A waiter could start. Called often: ask once, pump once, and never from within this call. */
  wake(): void
  /** Woken, and not yet done: it would not hear of it again. Default: asked each time. */
  readonly isAwake?: boolean
  /** Mean time that starting one request keeps the loop busy, in milliseconds. Above 0. */
  readonly startMs: number
}
