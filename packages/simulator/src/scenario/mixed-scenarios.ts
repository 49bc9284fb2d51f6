import type { Clock } from '@headgate/core'
import type { LoadPhase } from '../arrivals/poisson-source.ts'
import type { WaitingRoom } from '../gate/waiting-room-gate.ts'
import { constant, type Distribution, exponential } from '../random/distribution.ts'
import type { Stage } from '../service/stage.ts'
import { Station } from '../service/station.ts'
import { PRODUCT_ROOM } from './node-scenarios.ts'
import type { Plant, Scenario } from './scenario.ts'

/** Every request needs the event loop for so long: hello world. */
const LOOP_MS = 0.1
const LOOP_PER_SECOND = 1000 / LOOP_MS
/** A dear request needs one of these connections as well, for so long on average. */
const CONNECTIONS = 20
const QUERY_MS = 10
const POOL_PER_SECOND = (CONNECTIONS * 1000) / QUERY_MS

/** A stretch of time with a traffic of its own. */
interface Traffic extends LoadPhase {
  /** Share of the requests that are dear. */
  readonly dearRatio: number
  /** Share of the loop that something else takes: what it costs to refuse, for one. */
  readonly otherWorkRatio?: number
}

interface MixedStory {
  readonly name: string
  readonly about: string
  readonly endMs: number
  /** Judged from here on. */
  readonly fromMs: number
  readonly traffic: readonly Traffic[]
  /** When the loop stands still for 20 ms, as for a collection of garbage. */
  readonly stallsAtMs?: readonly number[]
  readonly room?: WaitingRoom
}

/**
 * A cheap route and a dear one behind one limit: what it learns from the one is wrong for the other. The cheap
 * one sets a base latency of 0.1 ms, to which the dear one's 10 ms look like nothing but a queue.
 */
export const MIXED_SCENARIOS: readonly Scenario[] = [
  ...[2, 5, 10].map((factor) => cheapThenDear(factor)),
  cheapThenDear(5, { room: PRODUCT_ROOM, name: 'cheap then dear 5x room' }),
  cheapThenDear(5, {
    name: 'overloaded by cheap, then dear 5x',
    traffic: [
      { fromMs: 0, perSecond: LOOP_PER_SECOND * 1.2, dearRatio: 0 },
      { fromMs: 5000, perSecond: POOL_PER_SECOND * 5, dearRatio: 1 },
    ],
    stallsAtMs: [],
  }),
  cheapThenDear(5, {
    name: 'cheap then dear 5x, busy loop',
    traffic: [
      { fromMs: 0, perSecond: LOOP_PER_SECOND / 2, dearRatio: 0 },
      { fromMs: 5000, perSecond: POOL_PER_SECOND * 5, dearRatio: 1, otherWorkRatio: 0.75 },
    ],
  }),
  cheapThenDear(5, {
    name: 'dear, cheap, dear 5x, busy loop',
    // The first dear requests put the next probe off, and a busy loop is taken for a full one.
    traffic: [
      { fromMs: 0, perSecond: POOL_PER_SECOND * 5, dearRatio: 1 },
      { fromMs: 3000, perSecond: LOOP_PER_SECOND / 2, dearRatio: 0 },
      { fromMs: 5000, perSecond: POOL_PER_SECOND * 5, dearRatio: 1, otherWorkRatio: 0.78 },
    ],
    stallsAtMs: [],
  }),
  mixed({
    name: 'changing shares',
    about: 'both routes, a tenth to all of it dear, another share every four seconds',
    endMs: 40_000,
    fromMs: 4000,
    traffic: [0.1, 0.9, 0.5, 0.1, 1, 0.3, 0.8, 0.05, 0.6, 1].map((dearRatio, index) => ({
      fromMs: index * 4000,
      perSecond: 6000,
      dearRatio,
    })),
  }),
]

function cheapThenDear(factor: number, story: Partial<MixedStory> = {}): Scenario {
  return mixed({
    name: `cheap then dear ${factor}x`,
    about: `hello world, then only dear requests at ${factor} times the capacity of their pool`,
    endMs: 15_000,
    fromMs: 5000,
    traffic: [
      { fromMs: 0, perSecond: LOOP_PER_SECOND / 2, dearRatio: 0 },
      { fromMs: 5000, perSecond: POOL_PER_SECOND * factor, dearRatio: 1 },
    ],
    // They open the limit: to far more than the pool can use.
    stallsAtMs: [1000, 2000, 3000, 4000],
    ...story,
  })
}

function mixed(story: MixedStory): Scenario {
  const { name, about, endMs, fromMs, traffic, room } = story
  return {
    name,
    about,
    endMs,
    judged: { fromMs, toMs: endMs },
    load: traffic,
    capacityPerSecond: meanCapacity(story),
    ...(room === undefined ? {} : { room }),
    build: (clock) => buildMixed(clock, story),
  }
}

/** What an ideal limit would serve a second, over all that is judged. */
function meanCapacity({ traffic, fromMs, endMs }: MixedStory): number {
  let served = 0
  traffic.forEach(({ fromMs: startMs, perSecond, dearRatio, otherWorkRatio = 0 }, index) => {
    const stopMs = Math.min(endMs, traffic[index + 1]?.fromMs ?? endMs)
    const capacity = Math.min(LOOP_PER_SECOND * (1 - otherWorkRatio), POOL_PER_SECOND / dearRatio)
    served += Math.min(perSecond, capacity) * Math.max(0, stopMs - Math.max(fromMs, startMs))
  })
  return served / (endMs - fromMs)
}

function buildMixed(clock: Clock, { traffic, endMs, stallsAtMs = [] }: MixedStory): Plant {
  const loop = new Station(clock, 1)
  const pool = new Station(clock, CONNECTIONS)
  let dearRatio = 0
  const query = exponential(QUERY_MS)
  const queryOfDear: Distribution = {
    mean: QUERY_MS,
    draw: (random) => (random() < dearRatio ? query.draw(random) : 0),
  }
  const poolForDear: Stage = {
    serve: (durationMs, done) => (durationMs === 0 ? done() : pool.serve(durationMs, done)),
  }
  const events = traffic.map(({ fromMs, dearRatio: ratio, otherWorkRatio = 0 }) => ({
    atMs: fromMs,
    happen: () => {
      dearRatio = ratio
      occupy({ clock, loop, endMs }, otherWorkRatio)
    },
  }))
  const stalls = stallsAtMs.map((atMs) => ({ atMs, happen: () => loop.serve(20, () => {}) }))
  return {
    steps: [
      { stage: loop, work: constant(LOOP_MS) },
      { stage: poolForDear, work: queryOfDear },
    ],
    loop,
    events: [...events, ...stalls],
  }
}

/** Takes a share of the loop from now until the end, in pieces of 0.1 ms. */
function occupy(
  { clock, loop, endMs }: { clock: Clock; loop: Station; endMs: number },
  ratio: number,
): void {
  if (ratio === 0 || clock.nowMs() >= endMs) return
  loop.serve(LOOP_MS, () => {})
  clock.schedule(LOOP_MS / ratio, () => occupy({ clock, loop, endMs }, ratio))
}
