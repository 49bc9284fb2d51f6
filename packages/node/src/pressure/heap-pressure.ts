import { requestCollection, watchMajorCollections } from './major-collections.ts'
import { maxOldGenerationBytes, oldGenerationBytes } from './old-generation.ts'

/** Below this share of what the old generation may hold, memory is no concern. */
const FROM_RATIO = 0.75
/**
 * Past this share only critical work is let in. V8 begins to count collections as vain at 0.8, and ended
 * leaking processes at 0.98; between two readings a leak takes half of what is left.
 */
const HARD_RATIO = 0.85
/** A reading that draws the hard line is good for this many ticks. */
const HARD_TICKS = 20

/** Where the figures come from. */
export interface HeapSource {
  readonly maxBytes: number
  readonly usedBytes: () => number
  /** Calls back after each major collection until the function returned is called. */
  readonly watch: (onMajorCollection: () => void) => () => void
  readonly requestCollection: () => void
}

/**
 * Live heap as pressure: what the last major collection left of the old generation, 0 at 0.75 of what it
 * may hold, 1 at 0.85. Use between collections says nothing: it holds garbage that only waits for the next.
 */
export class HeapPressure {
  readonly #source: HeapSource
  #level = 0
  #ticks = 0
  #unwatch: (() => void) | undefined = undefined

  constructor(source: HeapSource = thisProcess()) {
    this.#source = source
  }

  get level(): number {
    return this.#level
  }

  start(): void {
    this.#unwatch ??= this.#source.watch(this.#onMajorCollection)
  }

  stop(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  /**
   * Called four times a second. Where all work is refused nothing may fill the heap, and the next
   * collection be minutes away, so it is asked for: the line must not outlast its cause.
   */
  onTick(): void {
    if (this.#level < 1) return
    this.#ticks += 1
    if (this.#ticks < HARD_TICKS) return
    this.#ticks = 0
    this.#source.requestCollection()
  }

  readonly #onMajorCollection = (): void => {
    const { usedBytes, maxBytes } = this.#source
    const liveRatio = usedBytes() / maxBytes
    this.#level = Math.min(Math.max((liveRatio - FROM_RATIO) / (HARD_RATIO - FROM_RATIO), 0), 1)
    this.#ticks = 0
  }
}

function thisProcess(): HeapSource {
  return {
    maxBytes: maxOldGenerationBytes(),
    usedBytes: oldGenerationBytes,
    watch: watchMajorCollections,
    requestCollection,
  }
}
