import { type Admission, type Clock, type Limit, REJECT_REASONS, TIERS } from '@headgate/core'
import type { Attempt } from '../traffic/attempt.ts'
import type { RunObserver } from '../traffic/run-observer.ts'
import { TenantCount } from './tenant-count.ts'

/** What is true of a run, as far as it was told; `undefined`: not judged. */
export interface RunPromises {
  readonly maxQueued?: number | undefined
  /** Longest wait, in milliseconds. */
  readonly maxWaitMs?: number | undefined
  /** Most permits that one tenant may hold, given the limit; one request always may run. */
  readonly maxInFlight?: ((limit: number) => number) | undefined
  /** Whether a permit may stay free although somebody waits: with pools it may be another's. */
  readonly mayKeepFree?: boolean | undefined
}

export interface RunCheckerParts {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly admission: Pick<Admission, 'queued' | 'inFlight' | 'snapshot'>
  readonly limit: Limit
  readonly promises: RunPromises
}

const MOST_PROBLEMS = 20
const EPSILON_MS = 1e-6

/**
 * Judges a run while it goes on, by an account of its own: every request ends once; the admission counts
 * what was counted here; nothing exceeds its bound, waits too long, or waits while it could run.
 */
export class RunChecker implements RunObserver {
  readonly #clock: RunCheckerParts['clock']
  readonly #admission: RunCheckerParts['admission']
  readonly #limit: Limit
  readonly #promises: RunPromises
  readonly #problems: string[] = []
  readonly #running = new TenantCount()
  /** Those that the admission has let in and that have not ended yet, by id. */
  readonly #inside = new Map<number, Attempt>()
  #offered = 0
  #started = 0
  #served = 0
  #refused = 0
  #left = 0
  #inFlight = 0
  #most = 0

  constructor({ clock, admission, limit, promises }: RunCheckerParts) {
    this.#clock = clock
    this.#admission = admission
    this.#limit = limit
    this.#promises = promises
  }

  /** What was wrong, in words; the first twenty. Empty when nothing was. */
  get problems(): readonly string[] {
    return this.#problems
  }

  onOffer(attempt: Attempt): void {
    this.#offered += 1
    this.#expect(!this.#inside.has(attempt.id), () => `${attempt.id} offered twice`)
    this.#inside.set(attempt.id, attempt)
  }

  onStart(attempt: Attempt): void {
    this.#started += 1
    this.#inFlight += attempt.cost
    this.#expectInside(attempt)
    this.#running.add(attempt.tenant)
    const limit = this.#limit.current
    // After the limit has shrunk, what runs goes on; nothing may be added. What is too wide runs alone.
    const isWithin = this.#inFlight <= limit || this.#inFlight === attempt.cost
    this.#expect(isWithin, () => `${this.#inFlight} in flight, the limit is ${limit}`)
    this.#checkWait(attempt)
    this.#checkTenant(attempt.tenant, limit)
  }

  onServe(attempt: Attempt): void {
    this.#served += 1
    this.#inFlight -= attempt.cost
    this.#running.remove(attempt.tenant)
    this.#take(attempt)
  }

  onRefuse(attempt: Attempt): void {
    this.#refused += 1
    this.#take(attempt)
    const { reason, request } = attempt
    const isLowly = reason === 'shed' || reason === 'evicted'
    this.#expect(!(isLowly && request.tier === 'critical'), () => `critical was ${reason}`)
    this.#expect(
      reason !== undefined && REJECT_REASONS.includes(reason),
      () => `${reason} is no reason`,
    )
  }

  onLeave(attempt: Attempt): void {
    this.#left += 1
    this.#take(attempt)
  }

  onSettled(): void {
    const { queued, inFlight } = this.#admission
    const waiting = this.#offered - this.#started - this.#refused - this.#left
    this.#expect(queued === waiting, () => `${waiting} wait, the admission counts ${queued}`)
    this.#expect(inFlight === this.#inFlight, () => `${this.#inFlight} run, not ${inFlight}`)
    const { maxQueued = Number.POSITIVE_INFINITY } = this.#promises
    // A room that became smaller is emptied step by step; it must not become fuller.
    const most = Math.max(maxQueued, this.#most)
    this.#expect(queued <= most, () => `${queued} wait, ${most} may`)
    this.#most = Math.max(queued, 0)
    if (this.#promises.mayKeepFree) return
    if (queued > 0 && inFlight < this.#limit.current) this.#checkIdleness()
  }

  /** After the last event: nothing is left, and all the counts agree. */
  onEnd(): void {
    const { queued, inFlight, admitted, rejected } = this.#admission.snapshot()
    const counted = {
      started: TIERS.reduce((sum, tier) => sum + admitted[tier], 0),
      refused: TIERS.reduce((sum, tier) => {
        const counts = Object.values(rejected[tier])
        return sum + counts.reduce((total, count) => total + count, 0)
      }, 0),
    }
    this.#expect(queued + inFlight === 0, () => `${queued} queued and ${inFlight} running are left`)
    this.#expect(this.#inside.size === 0, () => `${this.#inside.size} have never ended`)
    this.#expect(this.#served === this.#started, () => `${this.#served} of ${this.#started} ended`)
    this.#expect(counted.started === this.#started, () => `counted ${counted.started} admitted`)
    const refused = this.#refused + this.#left
    this.#expect(counted.refused === refused, () => `counted ${counted.refused}, not ${refused}`)
    this.#expect(
      this.#offered === this.#started + refused,
      () => `${this.#offered} offered, ${this.#started + refused} ended`,
    )
  }

  #checkWait({ id, waitedMs, request }: Attempt): void {
    const { maxWaitMs = Number.POSITIVE_INFINITY } = this.#promises
    const longestMs = Math.min(maxWaitMs, request.deadlineMs ?? Number.POSITIVE_INFINITY)
    this.#expect(waitedMs <= longestMs + EPSILON_MS, () => `${id} ran after ${waitedMs} ms`)
  }

  #checkTenant(tenant: string | undefined, limit: number): void {
    const { maxInFlight } = this.#promises
    if (tenant === undefined || maxInFlight === undefined) return
    const running = this.#running.of(tenant)
    const most = Math.max(1, maxInFlight(limit))
    this.#expect(running <= most, () => `${tenant} has ${running} in flight`)
  }

  /** A permit is free and somebody waits: only those may whose tenant has all it may have. */
  #checkIdleness(): void {
    const { maxInFlight } = this.#promises
    const limit = this.#limit.current
    const couldRun = [...this.#inside.values()].find(({ state, tenant, cost }) => {
      if (state !== 'waiting' || this.#inFlight + cost > limit) return false
      if (maxInFlight === undefined || tenant === undefined) return true
      return this.#running.of(tenant) + cost <= maxInFlight(limit)
    })
    this.#expect(couldRun === undefined, () => `${couldRun?.id} waits beside a free permit`)
  }

  #expectInside({ id }: Attempt): void {
    this.#expect(this.#inside.has(id), () => `${id} is not inside`)
  }

  #take(attempt: Attempt): void {
    this.#expectInside(attempt)
    this.#inside.delete(attempt.id)
  }

  /** The text is made only when it is needed: most of the time nothing is wrong. */
  #expect(isTrue: boolean, describe: () => string): void {
    if (isTrue || this.#problems.length >= MOST_PROBLEMS) return
    this.#problems.push(`at ${this.#clock.nowMs()} ms: ${describe()}`)
  }
}
