import type { Gate } from './gate.ts'
import { type GateParts, Permits } from './permits.ts'

/** Lets in what finds a free permit and refuses the rest at once. */
export class InstantGate implements Gate {
  readonly #parts: GateParts
  readonly #permits: Permits

  constructor(parts: GateParts) {
    this.#parts = parts
    this.#permits = new Permits(parts)
  }

  arrive(): void {
    const { clock, limit, onEnd } = this.#parts
    if (this.#permits.available) {
      this.#permits.run(clock.nowMs(), () => {})
      return
    }
    limit.onReject?.()
    onEnd({ kind: 'refused', arrivedMs: clock.nowMs() })
  }
}
