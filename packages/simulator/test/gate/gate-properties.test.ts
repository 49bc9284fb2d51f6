import { FixedLimit, type Sample, VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import {
  type Ending,
  exponential,
  type GateParts,
  InstantGate,
  Service,
  Station,
  splitRandom,
  startPoissonSource,
  WaitingRoomGate,
} from '../../src/index.ts'

t.test('every arrival ends once, never with more in flight than the limit', async (t) => {
  const anyRun = fc.record({
    seed: fc.nat(),
    limit: fc.integer({ min: 1, max: 20 }),
    servers: fc.integer({ min: 1, max: 10 }),
    perSecond: fc.integer({ min: 1, max: 2000 }),
    room: fc.option(fc.record({ maxWaitMs: fc.nat(200), maxQueued: fc.nat(30) })),
  })
  const property = fc.property(anyRun, (run) => {
    const { arrivals, endings, samples } = play(run)
    const served = endings.filter(({ kind }) => kind === 'served')
    return (
      endings.length === arrivals &&
      samples.length === served.length &&
      samples.every(({ inFlight }) => inFlight >= 1 && inFlight <= run.limit) &&
      endings.every(
        (ending) =>
          ending.kind !== 'served' ||
          ending.latencyMs - ending.servedMs <= (run.room?.maxWaitMs ?? 0) + 1e-9,
      )
    )
  })
  const { failed, seed, counterexample } = fc.check(property, { numRuns: 100 })
  t.notOk(failed, `seed ${seed}: ${fc.stringify(counterexample)}`)
})

function play(run: {
  readonly seed: number
  readonly limit: number
  readonly servers: number
  readonly perSecond: number
  readonly room: { readonly maxWaitMs: number; readonly maxQueued: number } | null
}): {
  readonly arrivals: number
  readonly endings: readonly Ending[]
  readonly samples: readonly Sample[]
} {
  const clock = new VirtualClock()
  const endings: Ending[] = []
  const samples: Sample[] = []
  const limit = Object.assign(new FixedLimit(run.limit), {
    onSample: (sample: Sample) => void samples.push({ ...sample }),
  })
  const station = { stage: new Station(clock, run.servers), work: exponential(10) }
  const parts: GateParts = {
    clock,
    limit,
    service: new Service([station], splitRandom(run.seed, 'service')),
    timeoutMs: 1000,
    onEnd: (ending) => void endings.push(ending),
  }
  const { room } = run
  const gate =
    room === null
      ? new InstantGate(parts)
      : new WaitingRoomGate(parts, { ...room, maxQueued: () => room.maxQueued })
  let arrivals = 0
  const load = { phases: [{ fromMs: 0, perSecond: run.perSecond }], endMs: 1000 }
  startPoissonSource({ clock, random: splitRandom(run.seed, 'arrivals') }, load, () => {
    arrivals += 1
    gate.arrive()
  })
  while (clock.step()) {
    // To the last answer.
  }
  return { arrivals, endings, samples }
}
