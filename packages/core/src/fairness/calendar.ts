import type { Flow } from './flow.ts'

const BUCKETS = 1_024
const WORDS = BUCKETS / 32
const LAST_SLOT = BUCKETS - 1

/** Virtual time that a bucket spans: what a request of mean length and weight 1 is charged. */
const BUCKET_WIDTH = 1
type Buckets = (Flow | undefined)[]

/** Of a calendar that nobody was ever in. Never written to: only its length is asked for. */
const NONE: Buckets = []

/** How far ahead of the first bucket order is kept; who starts later is in the last one. */
export const CALENDAR_SPAN: number = (BUCKETS - 1) * BUCKET_WIDTH

/**
 * Flows by the virtual time at which they start, in a ring of 1,024 buckets with a bitmap of two levels:
 * adding, removing and finding the first are O(1) in the worst case, where a heap or a deficit round
 * robin would look at many. Within a bucket the order is that of coming in. The ring is made for the first flow
 * that comes: 16 KiB for each tier, and a client has an admission, with four tiers, for each server that it calls.
 */
export class Calendar {
  #first: Buckets = NONE
  #last: Buckets = NONE
  /** A bit for each bucket with a flow in it, and a bit for each word with a bit in it. */
  readonly #words = new Int32Array(WORDS)
  #summary = 0
  /** The earliest bucket that can hold a flow. Never goes back. */
  #base = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Nobody in the calendar is in a bucket before this; only grows. */
  get baseStart(): number {
    return this.#base * BUCKET_WIDTH
  }

  /** `isFirst`: before the others of its bucket. */
  add(flow: Flow, isFirst = false): void {
    const bucket = this.#bucketOf(flow.start)
    const slot = bucket & LAST_SLOT
    flow.bucket = bucket
    if (this.#first.length === 0) this.#makeBuckets()
    if (isFirst) this.#prepend(flow, slot)
    else this.#append(flow, slot)
    const word = slot >> 5
    ;(this.#words[word] as number) |= 1 << (slot & 31)
    this.#summary |= 1 << word
    this.#size += 1
  }

  remove(flow: Flow): void {
    const slot = flow.bucket & LAST_SLOT
    const { bucketPrevious, bucketNext } = flow
    if (bucketPrevious === undefined) this.#first[slot] = bucketNext
    else bucketPrevious.bucketNext = bucketNext
    if (bucketNext === undefined) this.#last[slot] = bucketPrevious
    else bucketNext.bucketPrevious = bucketPrevious
    flow.bucket = -1
    flow.bucketPrevious = undefined
    flow.bucketNext = undefined
    this.#size -= 1
    if (this.#first[slot] !== undefined) return
    const word = slot >> 5
    const bits = (this.#words[word] as number) & ~(1 << (slot & 31))
    this.#words[word] = bits
    if (bits === 0) this.#summary &= ~(1 << word)
  }

  /** Its start has changed, or its turn in the bucket is over. */
  move(flow: Flow): void {
    const isAlone = flow.bucketPrevious === undefined && flow.bucketNext === undefined
    if (isAlone && this.#bucketOf(flow.start) === flow.bucket) return
    this.remove(flow)
    this.add(flow)
  }

  /** The flow that starts first. */
  first(): Flow | undefined {
    if (this.#size === 0) return undefined
    return this.#first[this.#nextSlot(this.#base & LAST_SLOT)]
  }

  /**
   * Virtual time is `now`: nobody will start before it who is not here yet. Not past those who are: with a
   * debtor alone in the calendar, whoever comes next must still find a bucket before it.
   */
  advance(now: number): void {
    const passed = Math.floor(now / BUCKET_WIDTH) - this.#base
    if (passed <= 0) return
    const from = this.#base & LAST_SLOT
    const free = this.#size === 0 ? passed : (this.#nextSlot(from) - from) & LAST_SLOT
    this.#base += Math.min(passed, free)
  }

  #makeBuckets(): void {
    this.#first = new Array(BUCKETS).fill(undefined)
    this.#last = new Array(BUCKETS).fill(undefined)
  }

  #bucketOf(start: number): number {
    const bucket = Math.floor(start / BUCKET_WIDTH)
    return Math.min(Math.max(bucket, this.#base), this.#base + LAST_SLOT)
  }

  #append(flow: Flow, slot: number): void {
    const last = this.#last[slot]
    flow.bucketPrevious = last
    if (last === undefined) this.#first[slot] = flow
    else last.bucketNext = flow
    this.#last[slot] = flow
  }

  #prepend(flow: Flow, slot: number): void {
    const first = this.#first[slot]
    flow.bucketNext = first
    if (first === undefined) this.#last[slot] = flow
    else first.bucketPrevious = flow
    this.#first[slot] = flow
  }

  /** The first slot with a flow in it at or after `from`, going round. There is one. */
  #nextSlot(from: number): number {
    const word = from >> 5
    const here = (this.#words[word] as number) & (-1 << (from & 31))
    if (here !== 0) return (word << 5) + lowestBit(here)
    // A shift by 32 would be one by 0: the words after the last are none.
    const after = word === WORDS - 1 ? 0 : this.#summary & (-1 << (word + 1))
    const next = lowestBit(after === 0 ? this.#summary : after)
    return (next << 5) + lowestBit(this.#words[next] as number)
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
