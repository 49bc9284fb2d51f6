import { Admission, type AdmissionSnapshot, type Limit, VirtualClock } from '@headgate/core'
import { RunChecker, type RunPromises } from '../checker/run-checker.ts'
import { AdmissionGate } from '../gate/admission-gate.ts'
import { EventLoop } from '../loop/event-loop.ts'
import { splitRandom } from '../random/seeded-random.ts'
import { Ledger } from '../record/ledger.ts'
import { Delay } from '../service/delay.ts'
import { StallingClock } from '../service/stalling-clock.ts'
import { TraceWriter } from '../trace/trace-writer.ts'
import type { Attempt } from '../traffic/attempt.ts'
import type { Call } from '../traffic/call.ts'
import type { RunObserver } from '../traffic/run-observer.ts'
import { startPopulation } from '../traffic/start-population.ts'
import type { AdmissionScenario } from './admission-scenario.ts'

export interface AdmissionRunOptions {
  readonly seed: number
  /** Gets the trace, a line of JSON at a time. Default: none is written. */
  readonly write?: (line: string) => void
  /** Default: what the options say. */
  readonly promises?: RunPromises
}

export interface AdmissionRun {
  readonly calls: readonly Call[]
  readonly attempts: readonly Attempt[]
  /** What the checker found wrong; empty when nothing was. */
  readonly problems: readonly string[]
  readonly snapshot: AdmissionSnapshot
}

/** Runs a scenario on virtual time, to its last answer. The same scenario and seed write the same trace. */
export function runAdmission(
  scenario: AdmissionScenario,
  { seed, write, promises = promisesOf(scenario) }: AdmissionRunOptions,
): AdmissionRun {
  const clock = new VirtualClock()
  const trace = write === undefined ? undefined : new TraceWriter(clock, write)
  const limit = scenario.makeLimit()
  const loop = scenario.loop && new EventLoop(clock, scenario.loop)
  const admission = newAdmission(scenario, { clock, limit, trace, seed, dispatcher: loop })
  const ledger = new Ledger()
  const checker = new RunChecker({ clock, admission, limit, promises })
  const observers: RunObserver[] = [ledger, checker]
  if (trace !== undefined) observers.push(trace)
  if (loop !== undefined) observers.push(loop)

  const service = new StallingClock(clock)
  const stage = loop ?? scenario.build?.(service) ?? new Delay(service)
  const inner = new AdmissionGate({ clock, admission, stage, observers })
  loop?.attach(inner, admission)
  const gate = loop ?? inner
  for (const { atMs, forMs } of scenario.stalls ?? []) {
    clock.schedule(atMs, () => service.stall(forMs))
  }
  for (const { atMs, happen } of scenario.events ?? []) {
    clock.schedule(atMs, () => happen(admission))
  }

  let ids = 0
  for (const population of scenario.populations) {
    const random = (part: string) => splitRandom(seed, `${population.name}/${part}`)
    const nextId = (): number => ids++
    const onCall = (call: Call): void => {
      for (const observer of observers) observer.onCall?.(call)
    }
    startPopulation({ clock, gate, random, nextId, onCall }, population, scenario.endMs)
  }
  while (clock.step()) {
    // Until nothing is left: what was admitted before the end is still answered after it.
  }
  checker.onEnd()
  const { calls, attempts } = ledger
  return { calls, attempts, problems: checker.problems, snapshot: admission.snapshot() }
}

interface AdmissionMakings {
  readonly clock: VirtualClock
  readonly limit: Limit
  readonly trace: TraceWriter | undefined
  readonly seed: number
  readonly dispatcher: EventLoop | undefined
}

function newAdmission(
  { options }: AdmissionScenario,
  { clock, limit, trace, seed, dispatcher }: AdmissionMakings,
): Admission {
  const random = splitRandom(seed, 'admission')
  const listener = {
    perRequest: false,
    onEvent: (event: { type: string; from?: number; to?: number }) => {
      if (event.type === 'limit') trace?.onLimit(event.from as number, event.to as number)
    },
  }
  return new Admission({ clock, random, limit, listener, dispatcher }, options)
}

function promisesOf({ options = {}, loop }: AdmissionScenario): RunPromises {
  const { queue, tenants, pools } = options
  const ratio = tenants?.maxInFlightRatio ?? 0.5
  // A tenant's cap is one for each pool.
  const hasPools = pools !== undefined
  const most = (limit: number): number => Math.ceil(ratio * limit)
  const promises = {
    maxInFlight: hasPools ? undefined : most,
    mayKeepFree: hasPools || loop !== undefined,
  }
  if (queue === false) return { ...promises, maxQueued: 0, maxWaitMs: 0 }
  // Before it is read, nobody can say that it has waited long enough.
  const maxWaitMs = loop === undefined ? (queue?.maxWaitMs ?? 100) : undefined
  return { ...promises, maxQueued: queue?.maxQueued, maxWaitMs }
}
