/** An admission by what it knows of the time that handlers take. */
interface Timing {
  readonly clock: { nowMs(): number }
  readonly held: { onAbandonedEnd(startedMs: number): void }
}

const MINUTE_MS = 60_000

/**
 * Shows it a handler that took a minute: work without its client is waited for for as long then, not for the second that is
 * enough at first, in which the machine of a test may stand still.
 */
export function bePatient({ clock, held }: Timing): void {
  held.onAbandonedEnd(clock.nowMs() - MINUTE_MS)
}
