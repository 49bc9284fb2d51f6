import type { ObservedAdmission, ObservedEvent } from './read-admission.ts'
import type { Reading } from './reading.ts'

/** Reasons of a limit of the user's own: more than this are no reasons. */
const MAX_REASONS = 64

/** Counts why the limit moved, which only events tell. */
export class LimitTally {
  /** By direction, then by reason. */
  readonly #changes = { up: new Map<string, number>(), down: new Map<string, number>() }
  readonly #end: () => void

  /** @param name of the listener */
  constructor(admission: ObservedAdmission | undefined, name: string) {
    // No bound, and so no clock: it adds numbers.
    const end = admission?.subscribe(this.#onEvent, ['limit'], { name, maxTimeRatio: 1 })
    this.#end = end ?? ((): void => {})
  }

  get readings(): readonly Reading[] {
    return (['up', 'down'] as const).flatMap((direction) =>
      [...this.#changes[direction]].map(([reason, value]) => ({
        name: 'headgate_limit_changes_total',
        labels: { direction, reason },
        value,
      })),
    )
  }

  stop(): void {
    this.#end()
  }

  readonly #onEvent = (event: ObservedEvent): void => {
    if (event.type !== 'limit') return
    const counts = this.#changes[event.to > event.from ? 'up' : 'down']
    const stated = String(event.state.reason ?? '').slice(0, 64)
    const reason = counts.has(stated) || counts.size < MAX_REASONS ? stated : 'other'
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
}
