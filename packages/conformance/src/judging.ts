/** An admission by what it knows of its machine, and of the time that handlers take. */
export interface Judging {
  readonly clock: { nowMs(): number }
  readonly held: { onAbandonedEnd(startedMs: number): void }
  readonly forced: { press(level: number): () => void }
}

const MINUTE_MS = 60_000

/**
 * Shows it a handler that took a minute: work without its client is waited for for as long then, not for the second that is
 * enough at first, in which the machine of a test may stand still.
 */
export function bePatient({ clock, held }: Judging): void {
  held.onAbandonedEnd(clock.nowMs() - MINUTE_MS)
}

/** Nobody is shed because the machine of a test stood still, which to the gate is pressure. Returns the same admission. */
export function calm<Of extends Judging>(admission: Of): Of {
  admission.forced.press(0)
  return admission
}
