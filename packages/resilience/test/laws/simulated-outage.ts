import { VirtualClock } from '@headgate/core'
import { RetryDelay } from '../../src/backoff/retry-delay.ts'
import { RetryBudget } from '../../src/budget/retry-budget.ts'
import { seededRandom } from '../seeded-random.ts'
import { drawExponential } from './draw.ts'
import { SimulatedServer } from './simulated-server.ts'

const PROCESSES = 100
const WORKERS = 8
const SERVICE_MS = 10
const ATTEMPT_MS = 500
const TOTAL_MS = 3000
const BEGIN_MS = 5000
const OUTAGE_MS = 10_000

export interface OutageSettings {
  readonly load: number
  readonly retries: 'none' | 'budgeted' | 'unbudgeted'
  readonly knowsDeadlines: boolean
  readonly forMs: number
  readonly seed: number
}

export interface OutageResult {
  /** Attempts for each call, in the outage and after it. */
  readonly amplificationIn: number
  readonly amplificationAfter: number
  /** From the end of the outage to the first five seconds with 99 % of successes; infinite for never. */
  readonly recoveryMs: number
}

interface Second {
  calls: number
  attempts: number
  succeeded: number
}

/**
 * A hundred callers of one server, which does a tenth of its work for ten seconds. Calls give up after
 * three seconds, attempts after half a second; there are at most three.
 */
export function simulateOutage(settings: OutageSettings): OutageResult {
  const { load, retries, knowsDeadlines, forMs, seed } = settings
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const serviceMs = () => drawExponential(random, SERVICE_MS)
  const server = new SimulatedServer(clock, { workers: WORKERS, serviceMs, knowsDeadlines })
  const retryDelay = new RetryDelay(random)
  const budgets = Array.from({ length: PROCESSES }, () => new RetryBudget(clock))
  const seconds: Second[] = []
  const secondOf = (atMs: number): Second => {
    const index = Math.floor(atMs / 1000)
    for (let next = seconds.length; next <= index; next += 1) {
      seconds.push({ calls: 0, attempts: 0, succeeded: 0 })
    }
    return seconds[index] as Second
  }

  const attempt = (call: { budget: RetryBudget; beganMs: number }, number: number) => {
    const nowMs = clock.nowMs()
    secondOf(nowMs).attempts += 1
    const remainingMs = call.beganMs + TOTAL_MS - nowMs
    const timeoutMs = Math.min(ATTEMPT_MS, remainingMs)
    let isOver = false
    const cancelTimer = clock.schedule(timeoutMs, () => {
      isOver = true
      if (number === 3 || retries === 'none') return
      const plan = retryDelay.plan({ retry: number, remainingMs: remainingMs - timeoutMs })
      if (!plan.retry) return
      if (retries === 'budgeted' && !call.budget.tryTake()) return
      clock.schedule(plan.delayMs, () => attempt(call, number + 1))
    })
    server.submit(nowMs + timeoutMs, () => {
      if (isOver) return
      cancelTimer()
      call.budget.onSuccess()
      secondOf(call.beganMs).succeeded += 1
    })
  }

  const arrive = () => {
    const beganMs = clock.nowMs()
    secondOf(beganMs).calls += 1
    const budget = budgets[Math.floor(random() * PROCESSES)] as RetryBudget
    attempt({ budget, beganMs }, 1)
    clock.schedule(drawExponential(random, SERVICE_MS / (WORKERS * load)), arrive)
  }
  arrive()
  clock.schedule(BEGIN_MS, () => {
    server.slowness = 10
  })
  clock.schedule(BEGIN_MS + OUTAGE_MS, () => {
    server.slowness = 1
  })
  clock.advance(forMs)
  return judge(seconds)
}

function judge(seconds: readonly Second[]): OutageResult {
  const [begin, end] = [BEGIN_MS / 1000, (BEGIN_MS + OUTAGE_MS) / 1000]
  // Calls of the last seconds have not all ended.
  const after = seconds.slice(end, -TOTAL_MS / 1000)
  const index = after.findIndex((_, first) => {
    const five = after.slice(first, first + 5)
    return five.length === 5 && sum(five, 'succeeded') >= 0.99 * sum(five, 'calls')
  })
  return {
    amplificationIn: amplification(seconds.slice(begin, end)),
    amplificationAfter: amplification(after),
    recoveryMs: index < 0 ? Number.POSITIVE_INFINITY : index * 1000,
  }
}

function amplification(seconds: readonly Second[]): number {
  return sum(seconds, 'attempts') / sum(seconds, 'calls')
}

function sum(seconds: readonly Second[], name: keyof Second): number {
  return seconds.reduce((total, second) => total + second[name], 0)
}
