/**
 * Which tags were invalidated, and when: counted, not timed. An entry is out of date when one of its tags
 * was invalidated after it was stored. That is seen when it is read, so no tag has to know its keys.
 *
 * At most `maxTags` invalidations are remembered one by one. Of what is older only the latest is known, and
 * every tagged entry from before that counts as out of date: too much is loaded again, never too little.
 */
export class TagEpochs {
  readonly #maxTags: number
  readonly #epochs = new Map<string, number>()
  #current = 0
  #floor = 0

  constructor(maxTags: number) {
    this.#maxTags = maxTags
  }

  get current(): number {
    return this.#current
  }

  get size(): number {
    return this.#epochs.size
  }

  invalidate(tag: string): void {
    this.#current += 1
    // At the end again, so that the first of the map is the one that was invalidated longest ago.
    this.#epochs.delete(tag)
    this.#epochs.set(tag, this.#current)
    if (this.#epochs.size <= this.#maxTags) return
    const [oldest, epoch] = this.#epochs.entries().next().value as [string, number]
    this.#epochs.delete(oldest)
    this.#floor = epoch
  }

  isOutdated(tags: readonly string[], epoch: number): boolean {
    if (tags.length === 0) return false
    if (epoch < this.#floor) return true
    return tags.some((tag) => (this.#epochs.get(tag) ?? 0) > epoch)
  }

  clear(): void {
    this.#epochs.clear()
    this.#floor = this.#current
  }
}
