import type { Flow } from './flow.ts'

/**
 * Flows by how many of their requests wait. A length changes by one at a time, so the longest flow is
 * known at every moment, in O(1): whom to take a place from when the room is full.
 */
export class LongestFlows {
  /** By length. */
  readonly #lists: (Flow | undefined)[] = [undefined]
  #most = 0

  /** One of the longest. */
  get longest(): Flow | undefined {
    return this.#lists[this.#most]
  }

  /** The length of `flow` was `from`; it differs by one from what it is now. */
  onChange(flow: Flow, from: number): void {
    if (from > 0) this.#unlink(flow, from)
    const { length } = flow
    if (length > 0) this.#link(flow, length)
    if (length > this.#most) this.#most = length
    else if (from === this.#most && this.#lists[from] === undefined) this.#most = length
  }

  #link(flow: Flow, length: number): void {
    const head = length < this.#lists.length ? this.#lists[length] : undefined
    flow.lengthNext = head
    if (head !== undefined) head.lengthPrevious = flow
    // Lengths come one after another, so the array has no holes.
    this.#lists[length] = flow
  }

  #unlink(flow: Flow, length: number): void {
    const { lengthPrevious, lengthNext } = flow
    if (lengthPrevious === undefined) this.#lists[length] = lengthNext
    else lengthPrevious.lengthNext = lengthNext
    if (lengthNext !== undefined) lengthNext.lengthPrevious = lengthPrevious
    flow.lengthPrevious = undefined
    flow.lengthNext = undefined
  }
}
