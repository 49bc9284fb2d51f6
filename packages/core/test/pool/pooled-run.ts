import fc from 'fast-check'
import type { AdmissionRequest } from '../../src/admission/admission-request.ts'
import type { PoolOptions } from '../../src/pool/pool-options.ts'
import {
  type Guest,
  Harness,
  ManualDispatcher,
  ScriptedLimit,
} from '../admission/admission-harness.ts'

interface PoolGiven {
  readonly minRatio: number
  readonly maxRatio: number
  readonly weight: number
  /** 0: none of its own. */
  readonly ownLimit: number
}

export interface PooledGiven {
  readonly pools: readonly PoolGiven[]
  readonly maxQueued: number | undefined
  readonly isDispatched: boolean
}

export type PooledCommand =
  | { readonly do: 'offer' | 'try'; readonly pool: number; readonly request: AdmissionRequest }
  | { readonly do: 'release' | 'cancel'; readonly which: number }
  | { readonly do: 'advance'; readonly byMs: number }
  | { readonly do: 'limit'; readonly to: number }
  | { readonly do: 'ownLimit'; readonly pool: number; readonly to: number }
  | { readonly do: 'turnRound' }
  | { readonly do: 'room'; readonly maxQueued: number }

export function pooledCommands(maxCost: number): fc.Arbitrary<PooledCommand[]> {
  const pool = fc.nat(5)
  const request: fc.Arbitrary<AdmissionRequest> = fc.record({
    tier: fc.constantFrom('critical' as const, 'important' as const, 'opportunistic' as const),
    cost: fc.integer({ min: 1, max: maxCost }),
    tenant: maxCost === 1 ? fc.constant(undefined) : fc.constantFrom(undefined, 'a', 'b'),
  })
  const one = <Name extends PooledCommand['do']>(name: Name) => ({ do: fc.constant(name) })
  const command: fc.Arbitrary<PooledCommand> = fc.oneof(
    { weight: 24, arbitrary: fc.record({ ...one('offer'), pool, request }) },
    { weight: 3, arbitrary: fc.record({ ...one('try'), pool, request }) },
    { weight: 14, arbitrary: fc.record({ ...one('release'), which: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ ...one('cancel'), which: fc.nat() }) },
    { weight: 4, arbitrary: fc.record({ ...one('advance'), byMs: fc.constantFrom(1, 10, 60) }) },
    { weight: 2, arbitrary: fc.record({ ...one('limit'), to: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ ...one('ownLimit'), pool, to: fc.constantFrom(1, 2, 5) }) },
    { weight: 1, arbitrary: fc.record(one('turnRound')) },
    {
      weight: 1,
      arbitrary: fc.record({ ...one('room'), maxQueued: fc.integer({ min: 1, max: 20 }) }),
    },
  )
  return fc.array(command, { minLength: 10, maxLength: 100, size: 'max' })
}

/** An admission with pools, judged after each command by the rule of borrowing over what can be seen from outside. */
export class PooledRun {
  readonly harness: Harness
  readonly #owns: ScriptedLimit[]
  readonly #dispatcher: ManualDispatcher | undefined
  readonly #isExact: boolean
  readonly #guests: { readonly guest: Guest; readonly pool: number }[] = []
  readonly #permits: { release(): void }[] = []
  #given: readonly PoolGiven[]
  #offered = 0
  starts = 0
  held = 0

  /** `isExact`: every request costs one permit, and nothing but permits makes anybody wait. */
  constructor({ pools, maxQueued, isDispatched }: PooledGiven, isExact: boolean) {
    this.#given = pools
    this.#isExact = isExact
    this.#owns = pools.map(({ ownLimit }) => new ScriptedLimit(ownLimit))
    this.#dispatcher = isDispatched ? new ManualDispatcher() : undefined
    this.harness = new Harness({
      limit: 10,
      perRequest: true,
      queue: { maxQueued, maxWaitMs: 200, order: 'fifo' },
      shedAt: { important: 1, optional: 1, opportunistic: 1 },
      pools: this.#options(),
      ...(this.#dispatcher === undefined ? {} : { dispatcher: this.#dispatcher }),
    })
    this.harness.events.push = ({ type }) => {
      if (type === 'admitted') this.#onStart()
      return 0
    }
  }

  run(it: PooledCommand): void {
    const { admission, clock, limit } = this.harness
    const before = admission.snapshot()
    if (it.do === 'offer') this.#offer(it.pool, it.request)
    if (it.do === 'try') this.#try(it.pool, it.request)
    if (it.do === 'release') this.#release(it.which)
    if (it.do === 'cancel') this.#cancel(it.which)
    if (it.do === 'advance') clock.advance(it.byMs)
    if (it.do === 'limit') limit.current = it.to
    if (it.do === 'ownLimit' && this.#given[it.pool]?.ownLimit) {
      ;(this.#owns[it.pool] as ScriptedLimit).current = it.to
    }
    if (it.do === 'turnRound') {
      this.#given = this.#given.map((pool) => ({ ...pool, weight: 3 / pool.weight }))
      admission.update({ pools: this.#options() })
    }
    if (it.do === 'room') admission.update({ queue: { maxQueued: it.maxQueued, maxWaitMs: 200 } })
    // A limit that grows by itself is seen at the next occasion.
    admission.update({})
    if (this.#dispatcher !== undefined) admission.pump()
    this.#check(before.queued, before.maxQueued)
  }

  /** Everything is given back and time passes: nothing may be left. */
  finish(): void {
    const { admission, clock } = this.harness
    for (let round = 0; admission.inFlight + admission.queued > 0 && round < 500; round += 1) {
      for (const permit of this.#permits.splice(0)) permit.release()
      admission.pump()
    }
    must(admission.inFlight === 0 && admission.queued === 0, 'everything comes back')
    clock.advance(2_000)
    must(clock.pending === 0, 'no timer is left')
    must(admission.snapshot().flows === 0, 'no flow is left')
  }

  #options(): Record<string, PoolOptions> {
    const pools = this.#given.map(({ ownLimit, ...rest }, pool) => {
      return [`p${pool}`, { ...rest, limit: ownLimit === 0 ? undefined : this.#owns[pool] }]
    })
    return Object.fromEntries(pools)
  }

  #nameOf(pool: number): string | undefined {
    return pool < this.#given.length ? `p${pool}` : undefined
  }

  #offer(pool: number, request: AdmissionRequest): void {
    this.#offered += 1
    const onAdmit = (guest: Guest): void => {
      if (guest.permit !== undefined) this.#permits.push(guest.permit)
    }
    const guest = this.harness.offer({ ...request, pool: this.#nameOf(pool) }, { onAdmit })
    this.#guests.push({ guest, pool: Math.min(pool, this.#given.length) })
  }

  #try(pool: number, request: AdmissionRequest): void {
    this.#offered += 1
    const decision = this.harness.admission.tryAcquire({ ...request, pool: this.#nameOf(pool) })
    if (decision.admitted) this.#permits.push(decision.permit)
  }

  #release(which: number): void {
    const [permit] = this.#permits.splice(which % Math.max(1, this.#permits.length), 1)
    permit?.release()
  }

  #cancel(which: number): void {
    const waiting = this.#guests.filter(({ guest }) => guest.passage?.state === 'queued')
    const passage = waiting[which % Math.max(1, waiting.length)]?.guest.passage
    if (passage !== undefined) must(this.harness.admission.cancel(passage), 'can be cancelled')
  }

  #onStart(): void {
    this.starts += 1
    const { admission, limit } = this.harness
    const { pools } = admission.snapshot()
    must(admission.inFlight <= limit.current || !this.#isExact, 'all are within the limit')
    if (!this.#isExact) return
    // Which of them started is not told: nobody was above before, so nobody may be now, but by shrinking.
    for (const [name, { inFlight }] of Object.entries(pools)) this.#wasWithin(name, inFlight)
  }

  readonly #seen = new Map<string, number>()

  #wasWithin(name: string, inFlight: number): void {
    const hasGrown = inFlight > (this.#seen.get(name) ?? 0)
    this.#seen.set(name, inFlight)
    if (hasGrown) must(inFlight <= this.#mostOf(this.#indexOf(name)), `${name} within its maximum`)
  }

  #check(queuedBefore: number, maxQueuedBefore: number): void {
    const { admission } = this.harness
    const now = admission.snapshot()
    const states = Object.values(now.pools)
    for (const [name, { inFlight }] of Object.entries(now.pools)) this.#seen.set(name, inFlight)
    must(sum(states.map(({ inFlight }) => inFlight)) === now.inFlight, 'in flight adds up')
    must(sum(states.map(({ queued }) => queued)) === now.queued, 'queued adds up')
    const decided = [...Object.values(now.admitted), ...rejectedOf(now.rejected)]
    must(sum(decided) + now.queued === this.#offered, 'each is admitted, refused or queued')
    const most = Math.max(queuedBefore, maxQueuedBefore, now.maxQueued, states.length)
    must(now.queued <= most, `${now.queued} wait, ${now.maxQueued} may`)
    for (const { guest } of this.#guests) {
      const isDone =
        guest.passage === undefined || !['queued', 'left'].includes(guest.passage.state)
      must(!isDone || guest.heard === 1, 'each hears once')
    }
    const waiting = Object.entries(now.pools).filter(([, { queued }]) => queued > 0)
    for (const [name] of waiting) {
      const isFree = this.#mayStart(this.#indexOf(name))
      if (this.#isExact) must(!isFree, `${name} waits, though it could start`)
      else if (isFree) this.held += 1
    }
    must(!admission.isRunnable, 'nothing is left to start')
  }

  #mayStart(pool: number): boolean {
    const { pools } = this.harness.admission.snapshot()
    const inUse = [...this.#given.keys(), -1].map((index) => this.#stateOf(pools, index))
    const own = inUse[pool] as number
    const limit = this.harness.limit.current
    if (sum(inUse) === 0) return true
    if (sum(inUse) + 1 > limit || own + 1 > this.#mostOf(pool)) return false
    if (own + 1 <= this.#leastOf(pool)) return true
    const unmet = inUse.map((count, index) => Math.max(0, this.#leastOf(index) - count))
    return sum(inUse) + 1 + sum(unmet) - (unmet[pool] as number) <= limit
  }

  #stateOf(pools: Readonly<Record<string, { readonly inFlight: number }>>, index: number): number {
    return (pools[index === -1 ? 'default' : `p${index}`] as { inFlight: number }).inFlight
  }

  #indexOf(name: string): number {
    return name === 'default' ? this.#given.length : Number(name.slice(1))
  }

  #leastOf(pool: number): number {
    const { minRatio = 0 } = this.#given[pool] ?? {}
    return Math.min(Math.floor(minRatio * this.harness.limit.current + 1e-9), this.#ownOf(pool))
  }

  #mostOf(pool: number): number {
    const { maxRatio = 1 } = this.#given[pool] ?? {}
    const most = Math.floor(maxRatio * this.harness.limit.current + 1e-9)
    return Math.max(1, Math.min(most, this.#ownOf(pool)))
  }

  #ownOf(pool: number): number {
    return this.#owns[pool]?.current || Number.POSITIVE_INFINITY
  }
}

function rejectedOf(
  rejected: Readonly<Record<string, Readonly<Partial<Record<string, number>>>>>,
): number[] {
  return Object.values(rejected).flatMap((reasons) => Object.values(reasons) as number[])
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
