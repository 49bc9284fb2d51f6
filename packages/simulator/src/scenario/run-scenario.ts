import { type Limit, VirtualClock } from '@headgate/core'
import { startPoissonSource } from '../arrivals/poisson-source.ts'
import type { Gate } from '../gate/gate.ts'
import { InstantGate } from '../gate/instant-gate.ts'
import type { GateParts } from '../gate/permits.ts'
import { WaitingRoomGate } from '../gate/waiting-room-gate.ts'
import { splitRandom } from '../random/seeded-random.ts'
import { Recorder, type Tally } from '../record/recorder.ts'
import { Service } from '../service/service.ts'
import type { Scenario } from './scenario.ts'

/** An answer after this is useless: the client has gone. The published comparison uses it too. */
const PATIENCE_MS = 1000

export interface RunOptions {
  readonly seed: number
  /** Makes the limit under test; `utilization` is the event loop's, 0 where the service has none. */
  readonly makeLimit: (utilization: () => number) => Limit
  /** Called once a simulated second, to watch a run. */
  readonly onSecond?: (nowMs: number, limit: Limit) => void
}

export interface RunResult extends Tally {
  readonly goodPerSecond: number
  readonly idealPerSecond: number
  /** Refused and expired, as a share of what was offered; and what an ideal limit would have refused. */
  readonly rejectedRatio: number
  readonly idealRejectedRatio: number
  readonly finalLimit: number
}

/** Runs a scenario on virtual time. The same scenario, limit and seed give the same result. */
export function runScenario(scenario: Scenario, options: RunOptions): RunResult {
  const clock = new VirtualClock()
  const plant = scenario.build(clock)
  const limit = options.makeLimit(() => plant.loop?.readUtilization() ?? 0)
  const recorder = new Recorder({ ...scenario.judged, patienceMs: PATIENCE_MS })
  const gate = makeGate(scenario, {
    clock,
    limit,
    service: new Service(plant.steps, splitRandom(options.seed, 'service')),
    timeoutMs: PATIENCE_MS,
    onEnd: (ending) => recorder.add(ending),
  })
  for (const { atMs, happen } of plant.events ?? []) clock.schedule(atMs, happen)
  for (let atMs = 0; options.onSecond && atMs <= scenario.endMs; atMs += 1000) {
    clock.schedule(atMs, () => options.onSecond?.(clock.nowMs(), limit))
  }
  const random = splitRandom(options.seed, 'arrivals')
  startPoissonSource({ clock, random }, { phases: scenario.load, endMs: scenario.endMs }, () =>
    gate.arrive(),
  )
  while (clock.step()) {
    // Until nothing is left: what was admitted before the end is still answered after it.
  }
  return summarize(scenario, recorder.tally(), limit)
}

function makeGate({ room }: Scenario, parts: GateParts): Gate {
  return room === undefined ? new InstantGate(parts) : new WaitingRoomGate(parts, room)
}

function summarize(scenario: Scenario, tally: Tally, limit: Limit): RunResult {
  const seconds = (scenario.judged.toMs - scenario.judged.fromMs) / 1000
  // What arrived by chance, not what was meant to: no limit can serve who did not come.
  const ideal = Math.min(tally.offered, scenario.capacityPerSecond * seconds)
  return {
    ...tally,
    goodPerSecond: tally.good / seconds,
    idealPerSecond: ideal / seconds,
    rejectedRatio: (tally.refused + tally.expired) / tally.offered,
    idealRejectedRatio: 1 - ideal / tally.offered,
    finalLimit: limit.current,
  }
}
