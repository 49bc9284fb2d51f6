import type { Clock } from '@headgate/core'
import type { WaitingRoom } from '../gate/waiting-room-gate.ts'
import { constant, exponential } from '../random/distribution.ts'
import { Delay } from '../service/delay.ts'
import { Station } from '../service/station.ts'
import { type Plant, type Scenario, steadyLoad } from './scenario.ts'

/** The waiting room that the product has by default. */
export const PRODUCT_ROOM: WaitingRoom = {
  maxWaitMs: 100,
  maxQueued: (limit: number): number => Math.max(64, limit * 4),
}

/** A pool of 20 connections x 10 ms with an unbounded wait queue: 2,000 a second. */
export function poolScenario(
  factor: number,
  { room = false, connections = 20 }: { room?: boolean; connections?: number } = {},
): Scenario {
  const capacityPerSecond = connections * 100
  return {
    name: `pool${connections} ${factor}x${room ? ' room' : ''}`,
    about: `${connections} connections x 10 ms (exponential) at ${factor} times their capacity`,
    ...steadyLoad({
      endSeconds: 20,
      perSecond: capacityPerSecond * factor,
      capacityPerSecond,
    }),
    ...(room ? { room: PRODUCT_ROOM } : {}),
    build: (clock) => ({
      steps: [{ stage: new Station(clock, connections), work: exponential(10) }],
    }),
  }
}

/** CPU, a query, CPU again, on one event loop: 1,250 a second. */
export function webScenario(factor: number, { room = false }: { room?: boolean } = {}): Scenario {
  return {
    name: `web ${factor}x${room ? ' room' : ''}`,
    about: `0.4 ms CPU, 5 ms IO, 0.4 ms CPU at ${factor} times the loop's capacity`,
    ...steadyLoad({ endSeconds: 20, perSecond: 1250 * factor, capacityPerSecond: 1250 }),
    ...(room ? { room: PRODUCT_ROOM } : {}),
    build: web,
  }
}

function web(clock: Clock): Plant {
  const loop = new Station(clock, 1)
  const cpu = { stage: loop, work: exponential(0.4) }
  return { steps: [cpu, { stage: new Delay(clock), work: constant(5) }, cpu], loop }
}

/** `scenario` at `factor` times its capacity for ten seconds, then at half; judged from a second after that. */
export function recoveryScenario(scenario: Scenario, factor: number): Scenario {
  const { capacityPerSecond } = scenario
  return {
    ...scenario,
    name: `${scenario.name} then 0.5x`,
    endMs: 15_000,
    judged: { fromMs: 11_000, toMs: 15_000 },
    load: [
      { fromMs: 0, perSecond: capacityPerSecond * factor },
      { fromMs: 10_000, perSecond: capacityPerSecond / 2 },
    ],
  }
}
