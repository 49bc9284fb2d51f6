import { type ResolvedOptions, withDefaults } from '../limit/resolved-options.ts'
import { checkFunction, checkInteger } from '../option/check-option.ts'

export interface KeyedDispatcherParts<Key, Item> {
  /**
   * Works on one item and calls `done` once, at once or later; further calls change nothing. Until then
   * nothing else of its key runs. To throw is to be done.
   */
  readonly work: (item: Item, done: () => void, key: Key) => void
  /** Hears what `work` throws. The first thing it throws itself goes to whoever called `add` or `done`. */
  readonly onError: (error: unknown, item: Item, key: Key) => void
}

export interface KeyedDispatcherOptions {
  /** Most items worked on at a time. Integer from 1 to 100,000. Default 16. */
  readonly maxRunning?: number | undefined
  /** Most items that wait for one key. Integer from 1 to 1,000,000. Default 100. */
  readonly maxQueuedPerKey?: number | undefined
  /** Most items that wait in all. Integer from 1 to 1,000,000. Default 1,000. */
  readonly maxQueued?: number | undefined
}

const DEFAULTS: ResolvedOptions<KeyedDispatcherOptions> = Object.freeze({
  maxRunning: 16,
  maxQueuedPerKey: 100,
  maxQueued: 1_000,
})

/** What became of an item: it is worked on or waits, or there was no room for its key or for any. */
export type Dispatched = 'running' | 'queued' | 'key-full' | 'full'

interface Lane<Key, Item> {
  readonly key: Key
  readonly items: Item[]
  /** How many at the front of `items` have had their turn. */
  begun: number
}

/**
 * Works on items in the order of their key, one at a time for each key and a bounded number in all: for
 * events that must not pass each other. Keys take turns, so that a busy one does not hold up the others;
 * an item that fails does not stop its key. A key takes memory only while it has work. Everything is
 * O(1), amortised.
 */
export class KeyedDispatcher<Key, Item> {
  readonly #parts: KeyedDispatcherParts<Key, Item>
  readonly #options: ResolvedOptions<KeyedDispatcherOptions>
  /** Keys with work, running or waiting. */
  readonly #lanes = new Map<Key, Lane<Key, Item>>()
  /** Keys with something waiting and nothing running, the one whose turn it is first. */
  readonly #ready = new Set<Lane<Key, Item>>()
  #running = 0
  #queued = 0
  #refused = 0
  #failed = 0
  #isStarting = false

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: KeyedDispatcherParts<Key, Item>, options: KeyedDispatcherOptions = {}) {
    checkFunction('work', parts.work)
    checkFunction('onError', parts.onError)
    const resolved = withDefaults(options, DEFAULTS)
    checkInteger('maxRunning', resolved.maxRunning, { min: 1, max: 100_000 })
    checkInteger('maxQueuedPerKey', resolved.maxQueuedPerKey, { min: 1, max: 1_000_000 })
    checkInteger('maxQueued', resolved.maxQueued, { min: 1, max: 1_000_000 })
    this.#parts = parts
    this.#options = resolved
  }

  /** Takes an item, or says for what there is no room. */
  add(key: Key, item: Item): Dispatched {
    const known = this.#lanes.get(key)
    const isBusy = this.#isStarting || this.#running >= this.#options.maxRunning
    const mustWait = known !== undefined || isBusy
    if (mustWait && this.#queued >= this.#options.maxQueued) return this.#refuse('full')
    if (known !== undefined && waiting(known) >= this.#options.maxQueuedPerKey) {
      return this.#refuse('key-full')
    }
    const lane = known ?? { key, items: [], begun: 0 }
    lane.items.push(item)
    this.#queued += 1
    if (known === undefined) {
      this.#lanes.set(key, lane)
      this.#ready.add(lane)
      this.#startReady()
    }
    return mustWait ? 'queued' : 'running'
  }

  /** Forgets what waits; what runs goes on. Returns how many were forgotten. */
  clear(): number {
    const forgotten = this.#queued
    for (const lane of this.#ready) this.#lanes.delete(lane.key)
    this.#ready.clear()
    for (const lane of this.#lanes.values()) lane.items.length = lane.begun
    this.#queued = 0
    return forgotten
  }

  /** `refused` and `failed` are counts since the start; `keys` have work now. */
  snapshot(): Readonly<Record<'running' | 'queued' | 'keys' | 'refused' | 'failed', number>> {
    return {
      running: this.#running,
      queued: this.#queued,
      keys: this.#lanes.size,
      refused: this.#refused,
      failed: this.#failed,
    }
  }

  #refuse(what: 'full' | 'key-full'): Dispatched {
    this.#refused += 1
    return what
  }

  /** Work that is done at once is worked off here, and not one call deeper each. */
  #startReady(): void {
    if (this.#isStarting) return
    this.#isStarting = true
    const thrown: unknown[] = []
    while (this.#running < this.#options.maxRunning) {
      const [lane] = this.#ready
      if (lane === undefined) break
      try {
        this.#start(lane)
      } catch (error) {
        // The others must not wait for a start that never comes.
        thrown.push(error)
      }
    }
    this.#isStarting = false
    if (thrown.length > 0) throw thrown[0]
  }

  #start(lane: Lane<Key, Item>): void {
    this.#ready.delete(lane)
    const item = lane.items[lane.begun] as Item
    lane.begun += 1
    this.#running += 1
    this.#queued -= 1
    let isDone = false
    const done = (): void => {
      if (isDone) return
      isDone = true
      this.#finish(lane)
    }
    try {
      this.#parts.work(item, done, lane.key)
    } catch (error) {
      this.#failed += 1
      done()
      this.#parts.onError(error, item, lane.key)
    }
  }

  #finish(lane: Lane<Key, Item>): void {
    this.#running -= 1
    if (waiting(lane) > 0) {
      dropBegun(lane)
      this.#ready.add(lane)
    } else {
      this.#lanes.delete(lane.key)
    }
    this.#startReady()
  }
}

function waiting<Key, Item>(lane: Lane<Key, Item>): number {
  return lane.items.length - lane.begun
}

/** Once half of the items have had their turn, so that each is moved once on average. */
function dropBegun<Key, Item>(lane: Lane<Key, Item>): void {
  if (lane.begun * 2 < lane.items.length) return
  lane.items.splice(0, lane.begun)
  lane.begun = 0
}
