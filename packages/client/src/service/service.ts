import type {
  Balancer,
  CallOutcome,
  HedgePolicy,
  LatencyProbation,
  OutlierEjection,
  RetryBudget,
  Upstream,
} from '@headgate/resilience'
import type { Replica } from './replica.ts'

/** The policies of one service; those that are off are undefined. */
export interface ServicePolicies {
  readonly budget: RetryBudget | undefined
  readonly hedge: HedgePolicy | undefined
  /** With one replica there is nothing to balance. */
  readonly balancer: Balancer<Replica> | undefined
  readonly ejection: OutlierEjection<Replica> | undefined
  readonly probation: LatencyProbation<Replica> | undefined
}

/** An attempt's place at a replica. */
export interface Seat {
  readonly replica: Replica
  readonly upstream: Upstream<Replica> | undefined
}

/** What calls are made to: one origin, or several replicas that are as good as each other. */
export class Service {
  readonly budget: RetryBudget | undefined
  readonly hedge: HedgePolicy | undefined
  readonly policies: ServicePolicies
  /** The client was made for it, and did not just come across it. */
  readonly isOwn: boolean
  #replicas: readonly Replica[]
  #only: Seat | undefined
  usedMs = 0

  constructor(policies: ServicePolicies, isOwn: boolean) {
    this.policies = policies
    this.isOwn = isOwn
    this.budget = policies.budget
    this.hedge = policies.hedge
    this.#replicas = []
  }

  get replicas(): readonly Replica[] {
    return this.#replicas
  }

  /** These are the replicas now. Those that stay keep what is known of them. */
  update(replicas: readonly Replica[]): void {
    const { balancer, ejection, probation } = this.policies
    for (const gone of this.#replicas) if (!replicas.includes(gone)) gone.close()
    this.#replicas = replicas
    const [first] = replicas
    const isOnly = replicas.length === 1 && first !== undefined
    this.#only = isOnly ? { replica: first, upstream: undefined } : undefined
    balancer?.update(replicas)
    ejection?.update(replicas)
    probation?.update(replicas)
  }

  /** A replica, if it can be one that was not used yet; `undefined` when there is none at all. */
  pick(used: readonly Replica[]): Seat | undefined {
    if (this.#only !== undefined) return this.#only
    const { balancer } = this.policies
    if (balancer === undefined) return undefined
    const fresh = used.length === 0 ? balancer.pick() : balancer.pick((one) => used.includes(one))
    const upstream = fresh ?? balancer.pick()
    return upstream && { replica: upstream.target, upstream }
  }

  hasOther(used: readonly Replica[]): boolean {
    return this.#replicas.some((replica) => !used.includes(replica))
  }

  /** An attempt ended that had this seat. */
  leave({ replica, upstream }: Seat, outcome: CallOutcome, latencyMs: number): void {
    upstream?.end(outcome, latencyMs)
    if (outcome === 'ignore') return
    replica.learn(outcome)
    this.policies.ejection?.onResult(replica, outcome)
    this.policies.probation?.onResult(replica, outcome, latencyMs)
  }

  /** Whether another attempt at the same time would be no harm. */
  isCalm(): boolean {
    return this.#replicas.every((replica) => replica.isCalm)
  }

  close(): void {
    for (const replica of this.#replicas) replica.close()
  }
}
