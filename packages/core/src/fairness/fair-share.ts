import type { AdmissionRequest } from '../admission/admission-request.ts'
import { TIERS } from '../shed/tier.ts'
import { FairQueue } from './fair-queue.ts'
import type { Flow, Waiter } from './flow.ts'
import { FlowTable } from './flow-table.ts'
import { type ChargeBy, SlotTime, slotMsOf, type Use } from './slot-time.ts'
import { TenantWeights } from './tenant-weights.ts'

/** A request as it is charged for. */
export interface Charged extends Waiter, Use {
  units: number
}

/** Shares the capacity between flows: finds the flow of each request, and charges it for what it uses. */
export class FairShare {
  readonly #queues: readonly FairQueue[] = TIERS.map(() => new FairQueue())
  readonly #slotTime = new SlotTime()
  readonly weights: TenantWeights = new TenantWeights()
  readonly table: FlowTable
  chargeBy: ChargeBy = 'slot-time'

  /** @param lane whose flows they are */
  constructor(random: () => number, lane = 0) {
    this.table = new FlowTable(random, this.weights, lane)
  }

  queueOf(rank: number): FairQueue {
    return this.#queues[rank] as FairQueue
  }

  /** The flow of a request that has come. Answered by `leave`, or by `end` once it has started. */
  enter(request: AdmissionRequest | undefined, rank: number, nowMs: number): Flow {
    return this.table.enter(request, rank, nowMs)
  }

  /** A request is over without having run. */
  leave(flow: Flow): void {
    this.table.leave(flow, this.queueOf(flow.rank).now)
    if (this.table.active === 0) this.#forgive()
  }

  /** A request begins to wait. */
  add(waiter: Waiter, isFirst: boolean): void {
    waiter.flow.group.queued += 1
    this.queueOf(waiter.flow.rank).add(waiter, isFirst)
  }

  /** A request no longer waits. */
  remove(waiter: Waiter): void {
    waiter.flow.group.queued -= 1
    this.queueOf(waiter.flow.rank).remove(waiter)
  }

  /** The turn of a waiter has come: it waits no longer, and is charged. */
  startWaiter(waiter: Charged): void {
    const { flow } = waiter
    flow.group.queued -= 1
    this.#charge(waiter)
    this.queueOf(flow.rank).start(waiter)
  }

  /** A request starts without having waited. */
  startAtOnce(waiter: Charged): void {
    this.#charge(waiter)
    this.queueOf(waiter.flow.rank).startAtOnce(waiter)
  }

  /**
   * What a request used is known: its flow is charged for that, not for the estimate.
   *
   * @param limit permits there are for all
   */
  settle(waiter: Charged, nowMs: number, limit: number): void {
    if (this.chargeBy === 'cost') return
    const units = this.#slotTime.settle(waiter.flow, waiter.cost, slotMsOf(waiter, nowMs, limit))
    this.queueOf(waiter.flow.rank).correct(waiter.flow, units - waiter.units)
  }

  /** Slot-time of a request of this flow, in milliseconds, as far as it is known; else 0. */
  expectedSlotMs(flow: Flow): number {
    return this.#slotTime.expectedMs(flow)
  }

  /** A request gives its permits back. */
  end({ flow, cost }: Waiter): void {
    flow.group.inFlight -= cost
    if (flow.group.parked > 0) this.unpark(flow.group.flows)
    this.leave(flow)
  }

  /** Those flows are in turn again. */
  unpark(flows: readonly (Flow | undefined)[]): void {
    for (const flow of flows) if (flow?.parked) this.queueOf(flow.rank).unpark(flow)
  }

  #charge(waiter: Charged): void {
    const { flow, cost } = waiter
    flow.group.inFlight += cost
    waiter.units = this.chargeBy === 'cost' ? cost : this.#slotTime.estimate(flow, cost)
  }

  #forgive(): void {
    for (const queue of this.#queues) queue.forgive()
    this.table.forgive()
  }
}
