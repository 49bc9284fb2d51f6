import { checkKnownOptions } from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import type { PlainOptions } from '../option/plain-options.ts'
import { PoolLimiter } from '../pool/pool-limiter.ts'
import { DEFAULT_POOL } from '../pool/pool-options.ts'
import { PoolPlaces } from '../pool/pool-places.ts'
import { PoolSet } from '../pool/pool-set.ts'
import { PooledTurns } from '../pool/pooled-turns.ts'
import {
  ADMISSION_OPTION_NAMES,
  type AdmissionOptions,
  type ResolvedAdmissionOptions,
  resolveAdmissionOptions,
} from './admission-options.ts'
import type { AdmissionRequest } from './admission-request.ts'
import { describeOptions } from './described-options.ts'
import { createLane, type Lane, type SharedParts } from './lane.ts'
import type { Turns } from './pump.ts'

/** The lanes of an admission: one, or one for each pool. Knows which is whose, and keeps their options. */
export class Lanes {
  readonly #shared: SharedParts
  /** Without the option there is one pool, which is all, and only its name counts. */
  readonly pools: PoolSet
  /** By the index of their pools. */
  readonly all: readonly Lane[]
  /** Whose turn it is. */
  readonly turns: Turns
  readonly #default: Lane
  readonly #pooled: PooledTurns | undefined = undefined
  /** As given, updates included. */
  #options: AdmissionOptions
  #described: PlainOptions | undefined = undefined

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(shared: SharedParts, options: AdmissionOptions) {
    const resolved = resolveAdmissionOptions(options)
    this.#shared = shared
    this.#options = options
    this.pools = new PoolSet(options.pools)
    if (options.pools === undefined) {
      this.all = [this.#makeOnly(resolved)]
      this.turns = (this.all[0] as Lane).keeper.turns
    } else {
      this.#pooled = new PooledTurns(this.pools, shared.limiter)
      this.turns = this.#pooled
      this.all = this.#makeSeveral(this.#pooled, resolved)
    }
    this.#default = this.all[this.pools.indexOf(DEFAULT_POOL)] as Lane
    this.#takeShared(resolved)
    shared.shadow?.attach(this)
    shared.inputs?.attach(this, shared)
  }

  /** Of all lanes. */
  get queued(): number {
    if (this.#pooled === undefined) return this.#default.room.queued
    let queued = 0
    for (const { room } of this.all) queued += room.queued
    return queued
  }

  /** How many could wait now, in all lanes together. */
  get maxQueued(): number {
    return this.#default.keeper.maxQueuedOfAll
  }

  /** Every option as it is now. Made once, and anew after an update. */
  get options(): PlainOptions {
    this.#described ??= describeOptions(this.#options)
    return this.#described
  }

  nameOf({ index }: Lane): string {
    return this.pools.names[index] as string
  }

  of(request: AdmissionRequest | undefined): Lane {
    const pool = request?.pool
    return pool === undefined ? this.#default : (this.all[this.pools.indexOf(pool)] as Lane)
  }

  /**
   * Takes new options; those that are not named stay as they are, and `undefined` brings back a default.
   * Waiters that no longer fit go, from where most wait.
   *
   * @throws {InvalidOptionError} and changes nothing when an option is wrong.
   */
  update(options: AdmissionOptions, nowMs: number): void {
    // Asked for by itself, for `null` would pass as nothing to change.
    checkKnownOptions('options', options, ADMISSION_OPTION_NAMES)
    const all = { ...this.#options, ...options }
    const resolved = resolveAdmissionOptions(all)
    this.#checkPools(all)
    if (all.pools !== undefined) this.pools.update(all.pools)
    const isNewRate = all.rate !== this.#options.rate
    this.#options = all
    this.#described = undefined
    this.#takeShared(resolved, isNewRate)
    for (const { keeper } of this.all) keeper.update(resolved)
    for (let lane = this.#fullest(); lane !== undefined; lane = this.#fullest()) {
      lane.keeper.trim(nowMs)
    }
  }

  /** Everybody out, and every timer disarmed. */
  close(nowMs: number): void {
    for (const { keeper } of this.all) keeper.evictAll('draining', nowMs)
    for (const { room, record } of this.all) {
      room.stop()
      record.stop()
    }
  }

  #makeOnly(options: ResolvedAdmissionOptions): Lane {
    const { limiter } = this.#shared
    const placesOf = (all: number): number => all
    const own = { index: 0, pool: DEFAULT_POOL, limiter, placesOf, watch: undefined }
    return createLane(this.#shared, own, options)
  }

  #makeSeveral(turns: PooledTurns, options: ResolvedAdmissionOptions): readonly Lane[] {
    const { limiter } = this.#shared
    const { pools } = this
    const places = new PoolPlaces(pools, limiter)
    const lanes: Lane[] = []
    for (let index = 0; index < pools.names.length; index += 1) {
      const own = {
        index,
        pool: pools.names[index] as string,
        limiter: new PoolLimiter({ limiter, pools, turns }, index),
        placesOf: (all: number): number => places.placesOf(index, all),
        watch: lanes[0]?.record.watch,
      }
      const lane = createLane(this.#shared, own, options)
      turns.add(lane.keeper.turns)
      places.add(lane.room)
      lanes.push(lane)
    }
    return lanes
  }

  #takeShared({ tenants, rates }: ResolvedAdmissionOptions, isNewRate = true): void {
    // Buckets stay as full as they are while their rates stay the same.
    if (isNewRate) this.#shared.rates.update(rates)
    if (this.#pooled !== undefined) this.#pooled.chargeBy = tenants.chargeBy
  }

  #checkPools({ pools }: AdmissionOptions): void {
    if ((pools === undefined) !== (this.#options.pools === undefined)) {
      throw new InvalidOptionError('pools', 'given from the start, or never', pools)
    }
    if (pools !== undefined) this.pools.check(pools)
  }

  /** Of those in which more wait than may, the one in which most do. */
  #fullest(): Lane | undefined {
    let fullest: Lane | undefined
    for (const lane of this.all) {
      const { room, keeper } = lane
      const isFuller = fullest === undefined || room.queued > fullest.room.queued
      if (isFuller && room.queued > keeper.maxQueued) fullest = lane
    }
    return fullest
  }
}
