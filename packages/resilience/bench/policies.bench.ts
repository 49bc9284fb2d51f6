import type { Clock } from '@headgate/core'
import { RetryDelay } from '../src/backoff/retry-delay.ts'
import { Balancer } from '../src/balance/balancer.ts'
import { Breaker } from '../src/breaker/breaker.ts'
import { HedgeBudget } from '../src/budget/hedge-budget.ts'
import { RetryBudget } from '../src/budget/retry-budget.ts'
import { LatencyProbation } from '../src/eject/latency-probation.ts'
import { OutlierEjection } from '../src/eject/outlier-ejection.ts'
import { HedgePolicy } from '../src/hedge/hedge-policy.ts'
import { LatencyHistogram } from '../src/hedge/latency-histogram.ts'
import { createCallLimiter } from '../src/limiter/create-call-limiter.ts'
import { AdaptiveThrottle } from '../src/throttle/adaptive-throttle.ts'
import { type Case, formatTable, measure } from './measure.ts'

let nowMs = 1000.25
/** Moves by 0.1 ms each time it is read, as at ten thousand calls a second: windows and decays are at work. */
const TICKING: Clock = {
  nowMs: () => {
    nowMs += 0.1
    return nowMs
  },
  schedule: () => () => {},
}
const TARGETS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
const random = () => Math.random()

const CASES: readonly Case[] = [
  { name: 'empty loop', run: (times) => repeat(times, () => {}) },
  { name: 'clock read', run: (times) => repeat(times, () => TICKING.nowMs()) },
  retryDelay(),
  retryBudget(),
  hedgeBudget(),
  histogramRecord(),
  histogramQuantile(),
  hedge(),
  breaker(),
  throttle(),
  limiter(),
  balancer(),
  ejection(),
  probation(),
  wholeCall(),
]

process.stdout.write(`Node ${process.version}, ${process.arch}\n`)
process.stdout.write(formatTable(CASES.map(measure)))

function retryDelay(): Case {
  const delay = new RetryDelay(random)
  const cause = { retry: 2, serverDelayMs: 1000, remainingMs: 5000 }
  return { name: 'RetryDelay.plan', run: (times) => repeat(times, () => delay.plan(cause)) }
}

function retryBudget(): Case {
  const budget = new RetryBudget(TICKING)
  return { name: 'RetryBudget.onSuccess', run: (times) => repeat(times, () => budget.onSuccess()) }
}

function hedgeBudget(): Case {
  const budget = new HedgeBudget(TICKING)
  const work = () => {
    budget.onCall()
    budget.tryTake()
  }
  return { name: 'HedgeBudget.onCall + tryTake', run: (times) => repeat(times, work) }
}

function histogramRecord(): Case {
  const histogram = new LatencyHistogram(TICKING)
  let latencyMs = 1
  const work = () => {
    latencyMs = latencyMs > 100 ? 1 : latencyMs + 0.37
    histogram.record(latencyMs)
  }
  return { name: 'LatencyHistogram.record', run: (times) => repeat(times, work) }
}

function histogramQuantile(): Case {
  const histogram = new LatencyHistogram(TICKING)
  const work = () => {
    histogram.record(20)
    histogram.quantileMs(0.97)
  }
  return { name: 'LatencyHistogram.record + quantileMs', run: (times) => repeat(times, work) }
}

function hedge(): Case {
  const policy = new HedgePolicy({ clock: TICKING, retryBudget: new RetryBudget(TICKING) })
  const work = () => {
    policy.onCall(1000)
    policy.onResult('success', 10)
  }
  return { name: 'HedgePolicy.onCall + onResult', run: (times) => repeat(times, work) }
}

function breaker(): Case {
  const made = new Breaker({ clock: TICKING, random })
  const work = () => made.tryPass()?.end('success', 10)
  return { name: 'Breaker.tryPass + end, closed', run: (times) => repeat(times, work) }
}

function throttle(): Case {
  const made = new AdaptiveThrottle(TICKING, random)
  const work = () => {
    if (made.tryPass()) made.onResult('success')
  }
  return { name: 'AdaptiveThrottle.tryPass + onResult', run: (times) => repeat(times, work) }
}

function limiter(): Case {
  const made = createCallLimiter({ clock: TICKING, random })
  const work = () => {
    const decision = made.tryAcquire()
    if (decision.admitted) decision.permit.release('success')
  }
  return { name: 'call limiter: tryAcquire + release', run: (times) => repeat(times, work) }
}

function balancer(): Case {
  const made = new Balancer<string>({ clock: TICKING, random })
  made.update(TARGETS)
  const work = () => made.pick()?.end('success', 10)
  return { name: 'Balancer.pick + end, 10 upstreams', run: (times) => repeat(times, work) }
}

function ejection(): Case {
  const made = new OutlierEjection<string>({ clock: TICKING })
  made.update(TARGETS)
  const work = () => {
    if (!made.isEjected('c')) made.onResult('c', 'success')
  }
  return { name: 'OutlierEjection.isEjected + onResult', run: (times) => repeat(times, work) }
}

function probation(): Case {
  const made = new LatencyProbation<string>({ clock: TICKING })
  made.update(TARGETS)
  const work = () => {
    if (made.mayTake('c', 0)) made.onResult('c', 'success', 10)
  }
  return { name: 'LatencyProbation.mayTake + onResult', run: (times) => repeat(times, work) }
}

/** What a successful call of the default client asks of all policies together. */
function wholeCall(): Case {
  const ejected = new OutlierEjection<string>({ clock: TICKING })
  const slow = new LatencyProbation<string>({ clock: TICKING })
  const isUsable = (target: string, inFlight: number) =>
    !ejected.isEjected(target) && slow.mayTake(target, inFlight)
  const balance = new Balancer<string>({ clock: TICKING, random, isUsable })
  for (const part of [ejected, slow, balance]) part.update(TARGETS)
  const throttled = new AdaptiveThrottle(TICKING, random)
  const limited = createCallLimiter({ clock: TICKING, random })
  const retries = new RetryBudget(TICKING)
  const hedges = new HedgePolicy({ clock: TICKING, retryBudget: retries })
  const work = () => {
    hedges.onCall(1000)
    const upstream = balance.pick()
    if (upstream === undefined || !throttled.tryPass()) return
    const decision = limited.tryAcquire()
    if (!decision.admitted) return
    decision.permit.release('success')
    upstream.end('success', 10)
    ejected.onResult(upstream.target, 'success')
    slow.onResult(upstream.target, 'success', 10)
    throttled.onResult('success')
    hedges.onResult('success', 10)
    retries.onSuccess()
  }
  return { name: 'all of a successful call', run: (times) => repeat(times, work) }
}

function repeat(times: number, work: () => void): void {
  for (let count = 0; count < times; count += 1) work()
}
