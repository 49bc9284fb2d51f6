import type { AdmissionRequest } from '../admission/admission-request.ts'
import { Debtors } from './debtors.ts'
import { Flow, FlowGroup } from './flow.ts'
import { boundedName, hashName } from './flow-name.ts'
import type { TenantWeights } from './tenant-weights.ts'

const ANONYMOUS = 16
/** Who shares a flow with whom changes this often, so that nobody has bad luck for long. */
const RESEED_MS = 3_600_000
/** Routes are few. More names than this are no routes, and are kept only while they are active. */
const MOST_ROUTES = 1_024

const KEPT = { isTenant: false, isKept: true }
const PASSING = { isTenant: false, isKept: false }
const TENANT = { isTenant: true, isKept: false }

/**
 * Finds the flow of a request. Tenants have a record only while something of theirs waits, runs or is
 * owed, so a million of them take no more memory than those that are active.
 */
export class FlowTable {
  readonly #random: () => number
  readonly #weights: TenantWeights
  readonly #lane: number
  /** One record for all who have no name. */
  readonly #nameless = new FlowGroup('', KEPT, 1)
  readonly #anonymous: readonly FlowGroup[] = Array.from(
    { length: ANONYMOUS },
    (_, index) => new FlowGroup(String(index), KEPT, 1),
  )
  #tenants = new Map<string, FlowGroup>()
  readonly #routes = new Map<string, FlowGroup>()
  #keptRoutes = 0
  readonly #debtors = new Debtors()
  readonly #seed: number
  #anonymousSeed: number
  #reseedAtMs = Number.NEGATIVE_INFINITY
  #active = 0

  constructor(random: () => number, weights: TenantWeights, lane = 0) {
    this.#random = random
    this.#weights = weights
    this.#lane = lane
    this.#seed = this.#drawSeed()
    this.#anonymousSeed = this.#drawSeed()
  }

  /** Flows with a request that waits or runs. */
  get active(): number {
    return this.#active
  }

  /** Flows with nothing active that are remembered because they owe. */
  get debtors(): number {
    return this.#debtors.size
  }

  /** Tenants that have a record. */
  get tenants(): number {
    return this.#tenants.size
  }

  /**
   * The flow of a request of this rank, which counts as active from here on: others may come and go
   * while it is decided what becomes of it. Each call is answered by one of `leave`.
   */
  enter(request: AdmissionRequest | undefined, rank: number, nowMs: number): Flow {
    const group = this.#groupOf(request, nowMs)
    const flow = group.flows[rank] ?? this.#make(group, rank)
    flow.active += 1
    if (flow.active > 1) return flow
    this.#active += 1
    if (flow.debtPlace !== -1) this.#debtors.remove(flow)
    return flow
  }

  /** A request of the flow is over. What owes nothing at virtual time `now` is forgotten. */
  leave(flow: Flow, now: number): void {
    flow.active -= 1
    if (flow.active > 0) return
    this.#active -= 1
    if (flow.group.isKept) return
    if (flow.start <= now) {
      this.#forget(flow)
      return
    }
    const forgiven = this.#debtors.add(flow)
    if (forgiven !== undefined) this.#forget(forgiven)
  }

  /** Nothing waits and nothing runs: nobody owes anything. O(1) however many did. */
  forgive(): void {
    if (this.#debtors.size === 0) return
    this.#debtors.clear()
    this.#tenants = new Map()
    if (this.#routes.size > this.#keptRoutes) this.#dropPassingRoutes()
  }

  #make(group: FlowGroup, rank: number): Flow {
    const flow = new Flow(group, rank)
    flow.lane = this.#lane
    group.flows[rank] = flow
    group.remembered += 1
    return flow
  }

  #forget({ group, rank }: Flow): void {
    group.flows[rank] = undefined
    group.remembered -= 1
    if (group.remembered > 0) return
    const groups = group.isTenant ? this.#tenants : this.#routes
    groups.delete(group.name)
  }

  #groupOf(request: AdmissionRequest | undefined, nowMs: number): FlowGroup {
    if (!request) return this.#nameless
    const { tenant, anonymous, flow } = request
    if (isName(tenant)) return this.#tenantOf(tenant)
    if (isName(anonymous)) return this.#anonymousOf(anonymous, nowMs)
    if (isName(flow)) return this.#routeOf(boundedName(flow, this.#seed))
    return this.#nameless
  }

  #tenantOf(tenant: string): FlowGroup {
    const name = boundedName(tenant, this.#seed)
    const known = this.#tenants.get(name)
    if (known !== undefined) return this.#weights.refresh(known, tenant)
    const group = new FlowGroup(name, TENANT, 1)
    this.#tenants.set(name, group)
    return this.#weights.refresh(group, tenant)
  }

  #routeOf(name: string): FlowGroup {
    const known = this.#routes.get(name)
    if (known !== undefined) return known
    const isKept = this.#keptRoutes < MOST_ROUTES
    if (isKept) this.#keptRoutes += 1
    const group = new FlowGroup(name, isKept ? KEPT : PASSING, 1)
    this.#routes.set(name, group)
    return group
  }

  #anonymousOf(key: string, nowMs: number): FlowGroup {
    if (nowMs >= this.#reseedAtMs) {
      this.#reseedAtMs = nowMs + RESEED_MS
      this.#anonymousSeed = this.#drawSeed()
    }
    return this.#anonymous[hashName(key, this.#anonymousSeed) % ANONYMOUS] as FlowGroup
  }

  #dropPassingRoutes(): void {
    for (const [name, group] of this.#routes) if (!group.isKept) this.#routes.delete(name)
  }

  #drawSeed(): number {
    return Math.floor(this.#random() * 2 ** 32) | 0
  }
}

/** An empty name is none, and so is what is no string: hosts count it as malformed. */
function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== ''
}
