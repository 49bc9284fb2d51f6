import { LRUCache } from 'lru-cache'
import type { StoredAnswer } from './shared-answer.ts'

/** What an entry takes beside its body and the text of its head. */
const ENTRY_BYTES = 1_024

/** Answers within a bound of bytes; who was not asked for the longest goes. How long they are good for is not its matter. */
export class AnswerStore {
  readonly #entries: LRUCache<string, StoredAnswer>

  constructor(maxBytes: number) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ body, headers }, key) =>
        ENTRY_BYTES + body.length + 2 * key.length + 2 * JSON.stringify(headers).length,
    })
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): StoredAnswer | undefined {
    return this.#entries.get(key)
  }

  /** One that is larger than the whole is not kept, nor the one it would replace. */
  set(key: string, answer: StoredAnswer): void {
    this.#entries.set(key, answer)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
