import type { Clock } from '@headgate/core'
import type { LoadPhase } from '../arrivals/poisson-source.ts'
import type { WaitingRoom } from '../gate/waiting-room-gate.ts'
import type { Step } from '../service/service.ts'
import type { Station } from '../service/station.ts'

/** A service as it was built for one run. */
export interface Plant {
  readonly steps: readonly Step[]
  /** The event loop, where there is one: its busy share is what the limit may read. */
  readonly loop?: Station
  /** What happens to the service during the run, and when. */
  readonly events?: readonly { readonly atMs: number; readonly happen: () => void }[]
}

/** A service, the load on it and what an ideal limit would make of it. */
export interface Scenario {
  readonly name: string
  readonly about: string
  readonly endMs: number
  /** Requests that arrive in this interval are judged. */
  readonly judged: { readonly fromMs: number; readonly toMs: number }
  readonly load: readonly LoadPhase[]
  /** What the service can carry in the judged interval, requests a second. */
  readonly capacityPerSecond: number
  /** A waiting room in front; without it, what finds no permit is refused at once. */
  readonly room?: WaitingRoom
  readonly build: (clock: Clock) => Plant
}

/** The parts of a scenario whose load stays the same all the time. Seconds here: that is how stories are told. */
export function steadyLoad(story: {
  readonly endSeconds: number
  /** From and to; everything, when left out. */
  readonly judgedSeconds?: readonly [number, number]
  readonly perSecond: number
  readonly capacityPerSecond: number
}): Pick<Scenario, 'endMs' | 'judged' | 'load' | 'capacityPerSecond'> {
  const { endSeconds, perSecond, capacityPerSecond } = story
  const [fromSeconds, toSeconds] = story.judgedSeconds ?? [0, endSeconds]
  return {
    endMs: endSeconds * 1000,
    judged: { fromMs: fromSeconds * 1000, toMs: toSeconds * 1000 },
    load: [{ fromMs: 0, perSecond }],
    capacityPerSecond,
  }
}
