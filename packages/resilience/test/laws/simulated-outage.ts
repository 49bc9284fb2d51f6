import { VirtualClock } from '@headgate/core'
import { RetryDelay } from '../../src/backoff/retry-delay.ts'
import { RetryBudget } from '../../src/budget/retry-budget.ts'
import type { CallOutcome } from '../../src/outcome/call-outcome.ts'
import { AdaptiveThrottle } from '../../src/throttle/adaptive-throttle.ts'
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
  /** With a throttle for each caller, which takes its timeouts for this. Default no throttle. */
  readonly timeoutsCountAs?: CallOutcome
  readonly forMs: number
  readonly seed: number
}

export interface OutageResult {
  /** Attempts for each call, in the outage and after it. */
  readonly amplificationIn: number
  readonly amplificationAfter: number
  /** From the end of the outage to the first five seconds with 99 % of successes; infinite for never. */
  readonly recoveryMs: number
  /** Share of the calls after it that succeeded. */
  readonly goodput: number
}

interface Caller {
  readonly budget: RetryBudget
  readonly throttle: AdaptiveThrottle
}

interface Call {
  readonly caller: Caller
  readonly beganMs: number
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
  const { load, retries, knowsDeadlines, timeoutsCountAs, forMs, seed } = settings
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const serviceMs = () => drawExponential(random, SERVICE_MS)
  const server = new SimulatedServer(clock, { workers: WORKERS, serviceMs, knowsDeadlines })
  const retryDelay = new RetryDelay(random)
  const callers = Array.from({ length: PROCESSES }, () => ({
    budget: new RetryBudget(clock),
    throttle: new AdaptiveThrottle(clock, random),
  }))
  const seconds: Second[] = []
  const secondOf = (atMs: number): Second => {
    const index = Math.floor(atMs / 1000)
    for (let next = seconds.length; next <= index; next += 1) {
      seconds.push({ calls: 0, attempts: 0, succeeded: 0 })
    }
    return seconds[index] as Second
  }

  const attempt = (call: Call, number: number) => {
    const { budget, throttle } = call.caller
    if (timeoutsCountAs !== undefined && !throttle.tryPass()) return
    const nowMs = clock.nowMs()
    secondOf(nowMs).attempts += 1
    const remainingMs = call.beganMs + TOTAL_MS - nowMs
    const timeoutMs = Math.min(ATTEMPT_MS, remainingMs)
    let isOver = false
    const cancelTimer = clock.schedule(timeoutMs, () => {
      isOver = true
      if (timeoutsCountAs !== undefined) throttle.onResult(timeoutsCountAs)
      if (number === 3 || retries === 'none') return
      const plan = retryDelay.plan({ retry: number, remainingMs: remainingMs - timeoutMs })
      if (!plan.retry) return
      if (retries === 'budgeted' && !budget.tryTake()) return
      clock.schedule(plan.delayMs, () => attempt(call, number + 1))
    })
    server.submit(nowMs + timeoutMs, () => {
      if (isOver) return
      cancelTimer()
      budget.onSuccess()
      throttle.onResult('success')
      secondOf(call.beganMs).succeeded += 1
    })
  }

  const arrive = () => {
    const beganMs = clock.nowMs()
    secondOf(beganMs).calls += 1
    const caller = callers[Math.floor(random() * PROCESSES)] as Caller
    attempt({ caller, beganMs }, 1)
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
    goodput: sum(after, 'succeeded') / sum(after, 'calls'),
  }
}

function amplification(seconds: readonly Second[]): number {
  return sum(seconds, 'attempts') / sum(seconds, 'calls')
}

function sum(seconds: readonly Second[], name: keyof Second): number {
  return seconds.reduce((total, second) => total + second[name], 0)
}
