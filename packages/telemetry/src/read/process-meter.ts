import { getHeapStatistics } from 'node:v8'
import { LoopWindow } from './loop-window.ts'
import { type Reading, Readings } from './reading.ts'

const WINDOW_MS = 30_000

/**
 * Reads the event loop and the heap of this process. The loop is watched in two windows, of which the older is
 * read: so whoever reads takes nothing from others who read as well.
 */
export class ProcessMeter {
  #older = new LoopWindow()
  #younger = new LoopWindow()
  readonly #windowMs: number

  /** @param windowMs of so much at least is told, once it has been watched as long */
  constructor(windowMs: number = WINDOW_MS) {
    this.#windowMs = windowMs
  }

  start(): void {
    this.#older.open()
    this.#younger.open()
  }

  stop(): void {
    this.#older.close()
    this.#younger.close()
  }

  read(): readonly Reading[] {
    const readings = new Readings()
    this.#older.read(readings)
    if (this.#younger.ageMs >= this.#windowMs) this.#turn()
    const { used_heap_size, heap_size_limit } = getHeapStatistics()
    readings.add('heap_used_bytes', used_heap_size)
    readings.add('heap_limit_bytes', heap_size_limit)
    return readings.all
  }

  /** The younger has watched for long enough to be read from now on. */
  #turn(): void {
    const oldest = this.#older
    this.#older = this.#younger
    this.#younger = oldest
    oldest.open()
  }
}
