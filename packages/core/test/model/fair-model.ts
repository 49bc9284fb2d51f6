import { DrainRate } from '../../src/queue/drain-rate.ts'
import { TIERS } from '../../src/shed/tier.ts'
import { TierGate } from '../../src/shed/tier-gate.ts'
import type { FairCommand, FairOptions, FairQueueOptions, Names } from './fair-command.ts'
import type { ModelFlow, ModelGroup, ModelRequest } from './model-flow.ts'
import { ModelCharge, ModelTime } from './model-time.ts'

type Offer = Extract<FairCommand, { do: 'offer' }>

interface Ending {
  readonly outcome: string
  readonly next: number | undefined
}

const MAX_REPLACED = 64
/** A flow that has waited for so long on end is more than a small burst. */
const STANDING_MS = 100
const STARTED_PER_REFUSED = 16

/**
 * The whole fair admission, for the orders `fifo` and `lifo`, as a list of requests and rules over it:
 * every question is answered by looking at all of them. It says what becomes of each request.
 */
export class FairModel {
  /** What has become of each request, by id. */
  readonly states: string[] = []
  limit: number
  pressure = { level: 0, isHard: false }
  isDraining = false
  #isClosed = false
  waiting: ModelRequest[] = []
  running: ModelRequest[] = []
  readonly #order: string
  readonly #options: FairOptions
  #queue: FairQueueOptions
  #weights: readonly number[]
  #edition = 1
  #gate: TierGate
  #flows: ModelFlow[] = []
  #groups: ModelGroup[] = []
  readonly #times = TIERS.map(
    (_tier, rank) => new ModelTime(() => this.#flows.filter((flow) => flow.rank === rank)),
  )
  readonly #charge = new ModelCharge()
  readonly #drainRate = new DrainRate()
  /** Permits are kept for it. */
  #wide: ModelRequest | undefined
  /** Groups with a flow out of turn, in the order in which they came to be. */
  #parked: ModelGroup[] = []
  /** The flow of the request that is being decided upon: it is active as well. */
  #arriving: ModelFlow | undefined
  #changes = 0
  /** The lowest limit at which one of them was put out of turn. */
  #parkedLimit = Number.POSITIVE_INFINITY

  constructor(options: FairOptions) {
    this.#options = options
    this.#order = options.order
    this.#queue = options.queue
    this.#weights = options.weights
    this.limit = options.limit
    this.#gate = new TierGate(options.shedAt)
  }

  get inFlight(): number {
    return sum(this.running.map(({ cost }) => cost))
  }

  /** Virtual time of each tier. */
  get times(): readonly number[] {
    return this.#times.map(({ now }) => now)
  }

  offer(it: Offer, nowMs: number): void {
    const id = this.states.length
    const rank = TIERS.indexOf(it.tier)
    this.states.push('arriving')
    const refused = this.#refusedAtDoor(rank, it)
    if (refused !== undefined) {
      this.states[id] = refused
      return
    }
    const flow = this.#flowOf(it.names, rank)
    this.#arriving = flow
    const state = this.#decide({ id, flow, it }, nowMs)
    this.states[id] = state
    this.#arriving = undefined
    if (state === 'queued') this.pump(nowMs)
    else if (state !== 'running') this.#retire(flow)
  }

  #refusedAtDoor(rank: number, { deadlineMs }: Offer): string | undefined {
    if (this.isDraining) return 'draining'
    if (this.pressure.isHard && rank > 0) return 'pressure'
    return deadlineMs !== undefined && deadlineMs <= 0 ? 'expired' : undefined
  }

  #decide({ id, flow, it }: { id: number; flow: ModelFlow; it: Offer }, nowMs: number): string {
    const { deadlineMs = Number.POSITIVE_INFINITY } = it
    const cost = this.#costOf(it.cost)
    const expiresAtMs = nowMs + Math.min(this.#queue.maxWaitMs, deadlineMs)
    const request = { id, flow, cost, enqueuedMs: nowMs, expiresAtMs, startedMs: nowMs, units: 0 }
    this.pump(nowMs)
    if (this.#mayRunNow(flow, cost)) return this.#startAtOnce(request)
    if (this.#waitMsOf(flow) > deadlineMs) return 'doomed'
    const refused = this.#makePlace(flow, nowMs)
    this.pump(nowMs)
    if (this.#mayRunNow(flow, cost)) return this.#startAtOnce(request)
    if (refused === undefined) this.#enqueue(request, nowMs)
    return refused ?? 'queued'
  }

  /** `next`: what the limit becomes, if it learns from this. */
  release(id: number, { outcome, next }: Ending, nowMs: number): void {
    const request = this.running.find((it) => it.id === id) as ModelRequest
    this.states[id] = 'released'
    this.running = this.running.filter((it) => it !== request)
    const { flow } = request
    if (this.#options.chargeBy === 'slot-time') {
      const units = this.#charge.settle(request, nowMs)
      this.#time(flow).correct(flow, units - request.units)
    }
    for (const each of this.#inOrder(flow.group)) if (each.isParked) this.#unparkFlow(each)
    this.#retire(flow)
    if (outcome !== 'ignore' && next !== undefined) this.limit = next
    this.pump(nowMs)
  }

  /** A waiter goes: cancelled, expired by the timer, or refused. */
  leave(id: number, state: string, nowMs: number): void {
    const request = this.waiting.find((it) => it.id === id) as ModelRequest
    this.#remove(request)
    this.states[id] = state
    this.#retire(request.flow)
    // It may have been what held up others: all of them, or those of its flow.
    const isParked = request.flow.isParked
    if (isParked) this.#unparkFlow(request.flow)
    if (isParked || this.#wide === request) this.pump(nowMs)
  }

  update(change: { queue?: FairQueueOptions; weights?: readonly number[] }, nowMs: number): void {
    this.#queue = change.queue ?? this.#queue
    this.#weights = change.weights ?? this.#weights
    this.#edition += 1
    this.#gate = new TierGate(this.#options.shedAt)
    this.#unpark()
    while (this.waiting.length > this.#queue.maxQueued) {
      const lowest = this.#line(this.#lowestRank())
      const longest = this.#longest(this.#lowestRank())
      const from = this.#lengthOf(longest) > 1 ? this.#ofFlow(longest) : lowest
      this.leave((from.at(-1) as ModelRequest).id, 'full', nowMs)
    }
    this.pump(nowMs)
  }

  close(nowMs: number): void {
    this.isDraining = true
    this.#isClosed = true
    while (this.waiting.length > 0) {
      const rank = Math.min(...this.waiting.map(({ flow }) => flow.rank))
      this.leave((this.#line(rank)[0] as ModelRequest).id, 'draining', nowMs)
    }
  }

  pump(nowMs: number): void {
    while (!this.#isClosed && this.waiting.length > 0 && this.inFlight < this.limit) {
      if (this.limit > this.#parkedLimit) this.#unpark()
      const rank = this.#firstInTurn()
      if (rank === -1 || this.#isKept(rank)) return
      const request = this.#pick(rank)
      const { flow, cost } = request
      if (request.expiresAtMs <= nowMs) this.leave(request.id, 'expired', nowMs)
      else if (!this.#mayStart(flow.group, cost)) this.#park(flow)
      else if (this.#fits(cost)) this.#startWaiter(request, nowMs)
      else {
        this.#wide = request
        return
      }
    }
  }

  // Who may start.

  #fits(cost: number): boolean {
    return this.inFlight === 0 || this.inFlight + cost <= this.limit
  }

  #mayStart(group: ModelGroup, cost: number): boolean {
    const own = this.running.filter(({ flow }) => flow.group === group)
    if (!group.isTenant || own.length === 0) return true
    const most = Math.ceil(this.#options.maxInFlightRatio * this.limit)
    return sum(own.map((it) => it.cost)) + cost <= most
  }

  #mayRunNow(flow: ModelFlow, cost: number): boolean {
    if (!this.#fits(cost) || !this.#mayStart(flow.group, cost)) return false
    const first = this.#firstInTurn()
    return first === -1 || (first > flow.rank && this.#isKept(first))
  }

  #isKept(rank: number): boolean {
    const wide = this.#wide
    if (wide === undefined || rank < wide.flow.rank) return false
    if (!this.waiting.includes(wide) || wide.flow.isParked) {
      this.#wide = undefined
      return false
    }
    return !this.#fits(wide.cost)
  }

  #firstInTurn(): number {
    return this.#times.findIndex(({ inTurn }) => inTurn.length > 0)
  }

  #pick(rank: number): ModelRequest {
    if (this.#wide?.flow.rank === rank) return this.#wide
    const own = this.#ofFlow((this.#times[rank] as ModelTime).first())
    return (this.#order === 'lifo' ? own.at(-1) : own[0]) as ModelRequest
  }

  // What starting does.

  #startAtOnce(request: ModelRequest): string {
    const { flow } = request
    const time = this.#time(flow)
    time.join(flow)
    this.#take(request)
    time.charge(flow, request.units, time.sumWeights(flow) + flow.weight)
    return 'running'
  }

  #startWaiter(request: ModelRequest, nowMs: number): void {
    const { flow } = request
    const sumWeights = this.#time(flow).sumWeights()
    this.#wide = undefined
    this.#remove(request)
    request.startedMs = nowMs
    this.#take(request)
    this.states[request.id] = 'running'
    flow.started += 1
    this.#time(flow).charge(flow, request.units, sumWeights)
    this.#drainRate.onStart(nowMs)
  }

  #take(request: ModelRequest): void {
    const { flow, cost } = request
    const isByCost = this.#options.chargeBy === 'cost'
    request.units = isByCost ? cost : this.#charge.estimate(flow, cost)
    this.running.push(request)
  }

  // Who may wait, and who makes way.

  #makePlace(flow: ModelFlow, nowMs: number): string | undefined {
    const reason = this.#makeAnyPlace(flow, nowMs)
    if (reason !== undefined) this.#onRefuse(flow, nowMs)
    return reason
  }

  #makeAnyPlace(flow: ModelFlow, nowMs: number): string | undefined {
    const { rank } = flow
    const { maxQueued, maxQueuedPerTenant } = this.#queue
    const isLifo = this.#order === 'lifo'
    const ofGroup = this.waiting.filter((it) => it.flow.group === flow.group).length
    if (flow.group.isTenant && ofGroup >= maxQueuedPerTenant) {
      if (this.#lengthOf(flow) === 0 || !isLifo) return 'tenant-full'
      return this.#give(this.#ofFlow(flow)[0], 'replaced', nowMs)
    }
    const length = this.#line(rank).length
    const places = isLifo ? this.#gate.placesOf(rank, maxQueued) : Number.POSITIVE_INFINITY
    const sheds =
      this.inFlight + this.waiting.length >= this.limit &&
      this.#gate.sheds(rank, Math.max(this.waiting.length / maxQueued, this.pressure.level))
    if (sheds || length + 1 > places) {
      if (this.#evictBelow(rank, nowMs)) return undefined
      if (!this.#replace(flow, length + 1 - places, nowMs)) return rank > 0 ? 'shed' : 'full'
    }
    if (this.waiting.length < maxQueued) return undefined
    return this.#evictBelow(rank, nowMs) || this.#replace(flow, 1, nowMs) ? undefined : 'full'
  }

  #evictBelow(rank: number, nowMs: number): boolean {
    const lowest = this.#lowestRank()
    if (lowest <= rank) return false
    const longest = this.#longest(lowest)
    const from = this.#lengthOf(longest) > 1 ? this.#ofFlow(longest) : this.#line(lowest)
    this.#give(this.#order === 'lifo' ? from[0] : from.at(-1), 'evicted', nowMs)
    return true
  }

  #replace(flow: ModelFlow, excess: number, nowMs: number): boolean {
    const most = this.#order === 'lifo' ? Math.min(Math.max(excess, 1), MAX_REPLACED) : 1
    for (let replaced = 0; replaced < most; replaced += 1) {
      const victim = this.#victimFor(flow, nowMs)
      if (victim === undefined) return replaced > 0
      const isOther = victim.flow !== flow
      if (replaced > 0 && isOther && !this.#overflows(victim.flow, nowMs)) return true
      this.#give(victim, 'replaced', nowMs)
    }
    return true
  }

  #victimFor(flow: ModelFlow, nowMs: number): ModelRequest | undefined {
    const line = this.#line(flow.rank)
    if (line.length === 0) return undefined
    const longest = this.#longest(flow.rank)
    const isLifo = this.#order === 'lifo'
    const isSpared = this.#overflows(flow, nowMs) && !this.#overflows(longest, nowMs)
    if (this.#lengthOf(longest) > this.#lengthOf(flow) + 1 && !isSpared) {
      return isLifo ? this.#ofFlow(longest)[0] : this.#ofFlow(longest).at(-1)
    }
    if (!isLifo) return undefined
    if (this.#lengthOf(flow) > 0) return this.#ofFlow(flow)[0]
    return this.#lengthOf(longest) === 1 ? line[0] : undefined
  }

  #give(request: ModelRequest | undefined, state: string, nowMs: number): undefined {
    const { id, flow } = request as ModelRequest
    if (state === 'replaced') this.#onRefuse(flow, nowMs)
    this.leave(id, state, nowMs)
  }

  #waitMsOf(flow: ModelFlow): number {
    const { perMs } = this.#drainRate
    if (perMs === 0 || this.inFlight + this.waiting.length < this.limit) return 0
    const own = this.#order === 'lifo' ? 0 : this.#lengthOf(flow)
    const others = this.#time(flow).sumWeights(flow)
    const byShare = own + ((own + 1) * others) / flow.group.weight
    const above = this.waiting.filter((it) => it.flow.rank < flow.rank).length
    return (Math.min(byShare, this.#line(flow.rank).length) + above) / perMs
  }

  // What waiting is.

  #enqueue(request: ModelRequest, nowMs: number): void {
    const { flow } = request
    if (this.waiting.length === 0) this.#drainRate.onBacklog(nowMs)
    this.waiting.push(request)
    flow.changed = ++this.#changes
    if (this.#lengthOf(flow) > 1) return
    flow.sinceMs = nowMs
    flow.started = 0
    flow.refused = 0
    this.#time(flow).join(flow)
    this.#time(flow).enter(flow, this.#order === 'lifo')
  }

  #remove(request: ModelRequest): void {
    const { flow } = request
    this.waiting = this.waiting.filter((it) => it !== request)
    flow.changed = ++this.#changes
    if (this.#lengthOf(flow) > 0) return
    flow.turn = undefined
    flow.isParked = false
  }

  #park(flow: ModelFlow): void {
    flow.turn = undefined
    flow.isParked = true
    if (!this.#parked.includes(flow.group)) this.#parked.push(flow.group)
    this.#parkedLimit = Math.min(this.#parkedLimit, this.limit)
  }

  #unpark(): void {
    for (const group of this.#parked) {
      for (const flow of this.#inOrder(group)) if (flow.isParked) this.#unparkFlow(flow)
    }
    this.#parked = []
    this.#parkedLimit = Number.POSITIVE_INFINITY
  }

  #unparkFlow(flow: ModelFlow): void {
    flow.isParked = false
    this.#time(flow).join(flow)
    this.#time(flow).enter(flow, false)
  }

  // Who is who.

  #flowOf({ tenant, anonymous, flow }: Names, rank: number): ModelFlow {
    const name = tenant || anonymous || flow || ''
    const isTenant = Boolean(tenant)
    let group = this.#groups.find((it) => it.name === name && it.isTenant === isTenant)
    if (group === undefined) {
      group = { name, isTenant, weight: 1, edition: 0 }
      this.#groups.push(group)
    }
    if (isTenant && group.edition !== this.#edition) {
      group.edition = this.#edition
      group.weight = this.#weights[Number(name.slice(1))] ?? 1
    }
    const known = this.#flows.find((it) => it.group === group && it.rank === rank)
    if (known !== undefined) return known
    const { weight } = group
    const made: ModelFlow = {
      group,
      rank,
      weight,
      start: 0,
      slotMs: 0,
      turn: undefined,
      isParked: false,
      sinceMs: 0,
      started: 0,
      refused: 0,
      overflowedMs: Number.NEGATIVE_INFINITY,
      changed: 0,
    }
    this.#flows.push(made)
    return made
  }

  /** One of the flow is over: a tenant that has nothing and owes nothing is unknown again. */
  #retire(flow: ModelFlow): void {
    const active = [...this.waiting, ...this.running].map((it) => it.flow)
    if (this.#arriving !== undefined) active.push(this.#arriving)
    const owes = flow.start > this.#time(flow).now
    if (flow.group.isTenant && !active.includes(flow) && !owes) {
      this.#flows = this.#flows.filter((it) => it !== flow)
    }
    if (active.length === 0) {
      // Whatever was used was nobody else's: everybody is forgiven.
      for (const time of this.#times) time.forgive()
      this.#flows = this.#flows.filter(({ group }) => !group.isTenant)
    }
    this.#groups = this.#groups.filter((group) => {
      return !group.isTenant || this.#flows.some((it) => it.group === group)
    })
  }

  #costOf(cost: number): number {
    const maxCost = this.#options.maxCost ?? Math.max(1, Math.floor(0.15 * this.limit))
    return Number.isInteger(cost) && cost >= 1 ? Math.min(cost, maxCost) : 1
  }

  #time({ rank }: ModelFlow): ModelTime {
    return this.#times[rank] as ModelTime
  }

  #line(rank: number): ModelRequest[] {
    return this.waiting.filter(({ flow }) => flow.rank === rank)
  }

  #ofFlow(flow: ModelFlow): ModelRequest[] {
    return this.waiting.filter((it) => it.flow === flow)
  }

  #lengthOf(flow: ModelFlow): number {
    return this.#ofFlow(flow).length
  }

  #onRefuse(flow: ModelFlow, nowMs: number): void {
    flow.refused += 1
    if (this.#overflows(flow, nowMs)) flow.overflowedMs = nowMs
  }

  #overflows(flow: ModelFlow, nowMs: number): boolean {
    if (nowMs - flow.overflowedMs <= STANDING_MS) return true
    if (this.#lengthOf(flow) === 0 || nowMs - flow.sinceMs <= STANDING_MS) return false
    return flow.refused * STARTED_PER_REFUSED >= flow.started
  }

  #lowestRank(): number {
    return Math.max(-1, ...this.waiting.map(({ flow }) => flow.rank))
  }

  /** Of the longest flows the one whose length changed last. */
  #longest(rank: number): ModelFlow {
    const flows = [...new Set(this.#line(rank).map(({ flow }) => flow))]
    const most = Math.max(...flows.map((flow) => this.#lengthOf(flow)))
    const longest = flows.filter((flow) => this.#lengthOf(flow) === most)
    return longest.reduce((last, flow) => (flow.changed > last.changed ? flow : last))
  }

  #inOrder(group: ModelGroup): ModelFlow[] {
    return this.#flows.filter((flow) => flow.group === group).sort((a, b) => a.rank - b.rank)
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
