import { requestCollection, watchMajorCollections } from './major-collections.ts'
import { maxOldGenerationBytes, oldGenerationBytes } from './old-generation.ts'

/**
 * From this share on collections are watched. Each one that is told of costs some 0.1 ms, young ones
 * included, of which a busy process has fifty a second; reading the spaces costs 0.5 µs.
 */
const WATCHED_RATIO = 0.5
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

  /** Ends the watch; the next tick may begin it again. */
  stop(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  /** Called four times a second. */
  onTick(): void {
    // What is live is part of what is used: below this nothing needs to be collected to know.
    if (this.#usedRatio() < WATCHED_RATIO) {
      this.#level = 0
      this.stop()
      return
    }
    this.#unwatch ??= this.#source.watch(this.#onMajorCollection)
    if (this.#level >= 1) this.#askAgain()
  }

  /**
   * Where all work is refused, little fills the heap, and the next collection may be minutes away. So it
   * is asked for: the line must not outlast its cause.
   */
  #askAgain(): void {
    this.#ticks += 1
    if (this.#ticks < HARD_TICKS) return
    this.#ticks = 0
    this.#source.requestCollection()
  }

  readonly #onMajorCollection = (): void => {
    // Only now is what is used what is live.
    const level = (this.#usedRatio() - FROM_RATIO) / (HARD_RATIO - FROM_RATIO)
    this.#level = Math.min(Math.max(level, 0), 1)
    this.#ticks = 0
  }

  #usedRatio(): number {
    const { usedBytes, maxBytes } = this.#source
    return usedBytes() / maxBytes
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
