import type { Clock } from '@headgate/core'

interface Recent<Value> {
  readonly value: Value
  readonly untilMs: number
}

/** What was found out about keys, for a while and for the latest of them only. */
export class RecentKeys<Value> {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #keptMs: number
  readonly #maxKeys: number
  readonly #byKey = new Map<string, Recent<Value>>()

  constructor(
    clock: Pick<Clock, 'nowMs'>,
    { keptMs, maxKeys }: { keptMs: number; maxKeys: number },
  ) {
    this.#clock = clock
    this.#keptMs = keptMs
    this.#maxKeys = maxKeys
  }

  get size(): number {
    return this.#byKey.size
  }

  get(key: string): Value | undefined {
    const found = this.#byKey.get(key)
    if (found === undefined || this.#clock.nowMs() < found.untilMs) return found?.value
    this.#byKey.delete(key)
    return undefined
  }

  set(key: string, value: Value): void {
    // At the end again: the first of the map is the one that was found out longest ago.
    this.#byKey.delete(key)
    this.#byKey.set(key, { value, untilMs: this.#clock.nowMs() + this.#keptMs })
    if (this.#byKey.size <= this.#maxKeys) return
    this.#byKey.delete(this.#byKey.keys().next().value as string)
  }
}
