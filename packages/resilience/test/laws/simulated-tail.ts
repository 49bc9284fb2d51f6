import { VirtualClock } from '@headgate/core'
import { RetryBudget } from '../../src/budget/retry-budget.ts'
import { HedgePolicy } from '../../src/hedge/hedge-policy.ts'
import { seededRandom } from '../seeded-random.ts'
import { drawExponential, quantileOf } from './draw.ts'
import { type Job, SimulatedServer } from './simulated-server.ts'

const SERVERS = 20
const WORKERS = 4
const SERVICE_MS = 5
const STALL_MS = 150
/** Mean: each server stands still for 3.5 % of the time, which puts the 99th percentile at some 120 ms. */
const BETWEEN_STALLS_MS = 4150

export interface TailSettings {
  readonly load: number
  /** `fixed`: after 20 ms, whatever it costs. */
  readonly hedges: boolean | 'fixed'
  /** How many times slower than usual all servers are. Default 1. */
  readonly slowness?: number
  readonly seed: number
  /** After a second that is left out. */
  readonly forMs: number
}

export interface TailResult {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** Hedges for each call. */
  readonly extraRatio: number
}

/** Twenty servers, of which each now and then stands still; a hedge goes to another one, losers are cancelled. */
export function simulateTail(settings: TailSettings): TailResult {
  const { load, hedges, slowness = 1, seed, forMs } = settings
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const serviceMs = () => drawExponential(random, SERVICE_MS)
  const servers = Array.from(
    { length: SERVERS },
    () => new SimulatedServer(clock, { workers: WORKERS, serviceMs }),
  )
  for (const server of servers) {
    server.slowness = slowness
    stallNowAndThen(server)
  }
  const retryBudget = new RetryBudget(clock)
  const policy = new HedgePolicy({ clock, retryBudget })
  const latencies: number[] = []
  const seen = { calls: 0, hedges: 0 }

  function stallNowAndThen(server: SimulatedServer): void {
    clock.schedule(2 * random() * BETWEEN_STALLS_MS, () => {
      server.stall(STALL_MS)
      clock.schedule(STALL_MS, () => stallNowAndThen(server))
    })
  }

  function call(): void {
    const beganMs = clock.nowMs()
    seen.calls += 1
    const first = Math.floor(random() * SERVERS)
    const jobs: { job: Job; server: SimulatedServer; sentMs: number }[] = []
    let cancelHedge = () => {}
    const send = (index: number) => {
      const server = servers[index] as SimulatedServer
      const sentMs = clock.nowMs()
      const job = server.submit(Number.POSITIVE_INFINITY, () => win(job))
      jobs.push({ job, server, sentMs })
    }
    const win = (winner: Job) => {
      const nowMs = clock.nowMs()
      cancelHedge()
      retryBudget.onSuccess()
      if (beganMs >= 1000) latencies.push(nowMs - beganMs)
      for (const { job, server, sentMs } of jobs) {
        if (job === winner) policy.onResult('success', nowMs - sentMs)
        else {
          policy.onCutOff(nowMs - sentMs)
          server.cancel(job)
        }
      }
    }
    const lateAfterMs = policy.onCall()
    const hedgeAfterMs = hedges === 'fixed' ? 20 : lateAfterMs
    if (hedges !== false && hedgeAfterMs !== undefined) {
      cancelHedge = clock.schedule(hedgeAfterMs, () => {
        if (hedges !== 'fixed' && policy.refuseHedge() !== undefined) return
        seen.hedges += 1
        send((first + 1 + Math.floor(random() * (SERVERS - 1))) % SERVERS)
      })
    }
    send(first)
  }

  const gapMs = SERVICE_MS / (SERVERS * WORKERS * load)
  const arrive = () => {
    call()
    clock.schedule(drawExponential(random, gapMs), arrive)
  }
  arrive()
  clock.advance(1000 + forMs)
  return {
    p50Ms: quantileOf(latencies, 0.5),
    p99Ms: quantileOf(latencies, 0.99),
    p999Ms: quantileOf(latencies, 0.999),
    extraRatio: seen.hedges / seen.calls,
  }
}
