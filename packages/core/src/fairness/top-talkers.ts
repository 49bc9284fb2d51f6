import type { RejectReason } from '../admission/decision.ts'
import { checkInteger } from '../option/check-option.ts'
import { boundedKey, ownCopy } from '../rate/bounded-key.ts'

/** What one tenant asked for, got and lost, of late. */
export interface TopTalker {
  /** A name longer than 128 characters by its hash. */
  readonly tenant: string
  /** Requests, at most this many; `uncertain` of them may have been another's. */
  readonly requests: number
  readonly uncertain: number
  readonly admitted: number
  /** Only reasons that occurred. */
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>
  /** Permits times the milliseconds that they were held. */
  readonly slotMs: number
}

export interface TopTalkersOptions {
  /** Tenants kept account of. Integer from 1 to 10,000. Default 64. */
  readonly maxTenants?: number | undefined
}

const WINDOW_MS = 60_000
const DEFAULT_MAX_TENANTS = 64

interface Talker {
  name: string
  /** Its place in the heap. */
  place: number
  requests: number
  uncertain: number
  admitted: number
  rejected: Partial<Record<RejectReason, number>>
  slotMs: number
}

/**
 * The tenants that ask most, of all there are, in bounded memory: a name that is new takes the place of
 * the one with the fewest requests, and its count. Whoever sends more than one in `maxTenants` of the
 * requests is among them for sure. What is told is of the last one to two minutes.
 *
 * Source: Metwally, Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements in data
 * streams" (2005), on a heap: O(log maxTenants) for each request that names a tenant.
 */
export class TopTalkers {
  readonly #maxTenants: number
  #now = new Sketch()
  #before = new Sketch()
  #sinceMs = Number.NEGATIVE_INFINITY

  /** @throws {InvalidOptionError} when `maxTenants` is out of range. */
  constructor({ maxTenants = DEFAULT_MAX_TENANTS }: TopTalkersOptions = {}) {
    checkInteger('maxTenants', maxTenants, { min: 1, max: 10_000 })
    this.#maxTenants = maxTenants
  }

  onAdmit(tenant: string | undefined, nowMs: number): void {
    if (tenant === undefined) return
    this.#asked(tenant, nowMs).admitted += 1
  }

  onReject(tenant: string | undefined, reason: RejectReason, nowMs: number): void {
    if (tenant === undefined) return
    const { rejected } = this.#asked(tenant, nowMs)
    rejected[reason] = (rejected[reason] ?? 0) + 1
  }

  onRelease(tenant: string | undefined, slotMs: number, nowMs: number): void {
    if (tenant === undefined) return
    this.#turn(nowMs)
    const talker = this.#now.find(boundedKey(tenant))
    if (talker !== undefined) talker.slotMs += slotMs
  }

  /** Whoever asked most first, at most `count` of them. */
  top(count: number = this.#maxTenants): readonly TopTalker[] {
    const byName = new Map<string, TopTalker>()
    for (const talker of [...this.#before.all, ...this.#now.all]) {
      byName.set(talker.name, sum(talker, byName.get(talker.name)))
    }
    return [...byName.values()].sort((a, b) => b.requests - a.requests).slice(0, count)
  }

  #asked(tenant: string, nowMs: number): Talker {
    this.#turn(nowMs)
    return this.#now.count(boundedKey(tenant), this.#maxTenants)
  }

  #turn(nowMs: number): void {
    const ageMs = nowMs - this.#sinceMs
    if (ageMs < WINDOW_MS) return
    this.#before = ageMs < 2 * WINDOW_MS ? this.#now : new Sketch()
    this.#now = new Sketch()
    this.#sinceMs = nowMs
  }
}

function sum(talker: Talker, other: TopTalker | undefined): TopTalker {
  const { name, requests, uncertain, admitted, rejected, slotMs } = talker
  if (other === undefined) {
    return { tenant: name, requests, uncertain, admitted, rejected: { ...rejected }, slotMs }
  }
  const all: Partial<Record<RejectReason, number>> = { ...other.rejected }
  for (const [reason, count] of Object.entries(rejected) as [RejectReason, number][]) {
    all[reason] = (all[reason] ?? 0) + count
  }
  return {
    tenant: name,
    requests: requests + other.requests,
    uncertain: uncertain + other.uncertain,
    admitted: admitted + other.admitted,
    rejected: all,
    slotMs: slotMs + other.slotMs,
  }
}

/** Counts of one window, the fewest requests at the root of a heap. */
class Sketch {
  readonly #byName = new Map<string, Talker>()
  readonly #heap: Talker[] = []

  get all(): readonly Talker[] {
    return this.#heap
  }

  find(name: string): Talker | undefined {
    return this.#byName.get(name)
  }

  count(name: string, most: number): Talker {
    let talker = this.#byName.get(name)
    if (talker === undefined) {
      const own = ownCopy(name)
      talker = this.#heap.length < most ? this.#add(own) : this.#replace(own)
    }
    talker.requests += 1
    this.#sink(talker)
    return talker
  }

  #add(name: string): Talker {
    const place = this.#heap.length
    const talker: Talker = {
      ...{ name, place, requests: 0, uncertain: 0 },
      ...{ admitted: 0, rejected: {}, slotMs: 0 },
    }
    this.#byName.set(name, talker)
    this.#heap.push(talker)
    this.#rise(talker)
    return talker
  }

  /** It takes over the count of the one with the fewest, and nothing else. */
  #replace(name: string): Talker {
    const talker = this.#heap[0] as Talker
    this.#byName.delete(talker.name)
    this.#byName.set(name, talker)
    talker.name = name
    talker.uncertain = talker.requests
    talker.admitted = 0
    talker.rejected = {}
    talker.slotMs = 0
    return talker
  }

  #rise(talker: Talker): void {
    while (talker.place > 0) {
      const parent = this.#heap[(talker.place - 1) >> 1] as Talker
      if (parent.requests <= talker.requests) return
      this.#swap(talker, parent)
    }
  }

  #sink(talker: Talker): void {
    for (;;) {
      const left = this.#heap[2 * talker.place + 1]
      const right = this.#heap[2 * talker.place + 2]
      const least =
        right !== undefined && left !== undefined && right.requests < left.requests ? right : left
      if (least === undefined || least.requests >= talker.requests) return
      this.#swap(talker, least)
    }
  }

  #swap(a: Talker, b: Talker): void {
    this.#heap[a.place] = b
    this.#heap[b.place] = a
    const { place } = a
    a.place = b.place
    b.place = place
  }
}
