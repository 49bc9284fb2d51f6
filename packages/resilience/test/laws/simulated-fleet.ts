import { VirtualClock } from '@headgate/core'
import { Balancer } from '../../src/balance/balancer.ts'
import { LatencyProbation } from '../../src/eject/latency-probation.ts'
import { OutlierEjection } from '../../src/eject/outlier-ejection.ts'
import type { CallOutcome } from '../../src/outcome/call-outcome.ts'
import { seededRandom } from '../seeded-random.ts'
import { drawExponential, quantileOf } from './draw.ts'
import { SimulatedServer } from './simulated-server.ts'

const SERVERS = 10
const WORKERS = 4
const SERVICE_MS = 5
/** A server with so many waiting refuses the next. */
const MAX_QUEUED = 40

export interface FleetSettings {
  readonly seed: number
  /** Default 0.6. */
  readonly load?: number
  /** Instead of the balancer: one after the other. */
  readonly isRoundRobin?: boolean
  /** How a failing server answers, at once. Default `failure`. */
  readonly failsWith?: CallOutcome
}

export interface Phase {
  readonly calls: number
  readonly errors: number
  readonly p99Ms: number
  /** Calls of server 0, as a share of what it would get if all got the same. */
  readonly share: number
}

/** Ten servers behind balancer, ejection and probation; a server can be slow, or refuse at once. */
export class SimulatedFleet {
  readonly #clock = new VirtualClock()
  readonly #random: () => number
  readonly #ejection = new OutlierEjection<number>({ clock: this.#clock })
  readonly #probation = new LatencyProbation<number>({ clock: this.#clock })
  readonly #balancer: Balancer<number>
  readonly #servers: readonly SimulatedServer[]
  readonly #failing: Set<number> = new Set()
  #latencies: number[] = []
  #errors = 0
  #ofFirst = 0

  readonly #load: number
  readonly #failsWith: CallOutcome

  constructor({ seed, load = 0.6, isRoundRobin = false, failsWith = 'failure' }: FleetSettings) {
    this.#random = seededRandom(seed)
    this.#load = load
    this.#failsWith = failsWith
    const serviceMs = () => drawExponential(this.#random, SERVICE_MS)
    const targets = Array.from({ length: SERVERS }, (_, index) => index)
    this.#servers = targets.map(
      () => new SimulatedServer(this.#clock, { workers: WORKERS, serviceMs }),
    )
    this.#balancer = new Balancer({
      clock: this.#clock,
      random: this.#random,
      isUsable: (target, inFlight) =>
        !this.#ejection.isEjected(target) && this.#probation.mayTake(target, inFlight),
    })
    for (const part of [this.#balancer, this.#ejection, this.#probation]) part.update(targets)
    let turn = 0
    const takeTurns = () => {
      turn = (turn + 1) % SERVERS
      return this.#balancer.pick((target) => target !== turn)
    }
    const pick = isRoundRobin ? takeTurns : () => this.#balancer.pick()
    this.#arrive(pick)
  }

  setSlowness(server: number, slowness: number): void {
    const found = this.#servers[server]
    if (found !== undefined) found.slowness = slowness
  }

  setFailing(server: number, isFailing: boolean): void {
    if (isFailing) this.#failing.add(server)
    else this.#failing.delete(server)
  }

  run(forMs: number): Phase {
    this.#latencies = []
    this.#errors = 0
    this.#ofFirst = 0
    this.#clock.advance(forMs)
    const calls = this.#latencies.length
    return {
      calls,
      errors: this.#errors,
      p99Ms: quantileOf(this.#latencies, 0.99),
      share: this.#ofFirst / (calls / SERVERS),
    }
  }

  #arrive(pick: () => ReturnType<Balancer<number>['pick']>): void {
    const upstream = pick()
    const beganMs = this.#clock.nowMs()
    const end = (outcome: CallOutcome) => {
      if (upstream === undefined) return
      const { target } = upstream
      const latencyMs = this.#clock.nowMs() - beganMs
      upstream.end(outcome, latencyMs)
      this.#ejection.onResult(target, outcome)
      this.#probation.onResult(target, outcome, latencyMs)
      this.#latencies.push(latencyMs)
      if (target === 0) this.#ofFirst += 1
      if (outcome !== 'success') this.#errors += 1
    }
    if (upstream === undefined) this.#errors += 1
    else this.#serve(upstream.target, end)
    const gapMs = SERVICE_MS / (SERVERS * WORKERS * this.#load)
    this.#clock.schedule(drawExponential(this.#random, gapMs), () => this.#arrive(pick))
  }

  #serve(target: number, end: (outcome: CallOutcome) => void): void {
    const server = this.#servers[target] as SimulatedServer
    if (this.#failing.has(target)) this.#clock.schedule(0.5, () => end(this.#failsWith))
    else if (server.queued >= MAX_QUEUED) this.#clock.schedule(0.5, () => end('overload'))
    else server.submit(Number.POSITIVE_INFINITY, () => end('success'))
  }
}
