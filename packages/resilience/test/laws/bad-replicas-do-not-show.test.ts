import t from 'tap'
import { type FleetSettings, type Phase, SimulatedFleet } from './simulated-fleet.ts'

const SEEDS = [1, 2]
const SERVERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

function describe(name: string, { calls, errors, p99Ms, share }: Phase): string {
  const errorsPercent = ((errors / calls) * 100).toFixed(3)
  return `${name}: p99 ${p99Ms.toFixed(1)} ms, ${errorsPercent} % errors, share ${share.toFixed(2)}`
}

/** A fleet that has been well for so long that everybody is known and warm, and how that was. */
function begin(settings: FleetSettings): { fleet: SimulatedFleet; healthy: Phase } {
  const fleet = new SimulatedFleet(settings)
  fleet.run(500)
  return { fleet, healthy: fleet.run(4000) }
}

t.test('a replica that is ten times as slow', async (t) => {
  for (const seed of SEEDS) {
    const { fleet, healthy } = begin({ seed })
    fleet.setSlowness(0, 10)
    const slow = fleet.run(8000)
    t.comment(describe(`seed ${seed}, healthy`, healthy))
    t.comment(describe(`seed ${seed}, one slow`, slow))
    t.comment('target: p99 at most 1.1 times that of the healthy fleet')
    t.ok(slow.p99Ms <= 1.1 * healthy.p99Ms)
    t.equal(slow.errors, 0)
  }
})

t.test('a replica that fails at once', async (t) => {
  for (const seed of SEEDS) {
    const { fleet } = begin({ seed })
    fleet.setFailing(0, true)
    const failing = fleet.run(8000)
    t.comment(describe(`seed ${seed}, one fails`, failing))
    t.comment('target: at most 0.1 % errors, before any retry')
    t.ok(failing.errors / failing.calls <= 0.001)
    fleet.setFailing(0, false)
    fleet.run(55_000)
    const after = fleet.run(5000)
    t.comment(describe(`seed ${seed}, 55 s after it is well`, after))
    t.comment('target: a share of at least 0.8 within 60 s')
    t.ok(after.share >= 0.8)
  }
})

t.test('a replica that refuses at once', async (t) => {
  const { fleet } = begin({ seed: 1, failsWith: 'overload' })
  fleet.setFailing(0, true)
  const refusing = fleet.run(8000)
  t.comment(describe('one refuses', refusing))
  t.comment('target: at most 0.1 % errors, before any retry')
  t.ok(refusing.errors / refusing.calls <= 0.001)
})

t.test('when all are too busy, none is set aside for it', async (t) => {
  for (const load of [1.5, 2, 2.5]) {
    const fleet = new SimulatedFleet({ seed: 1, load })
    fleet.run(500)
    const busy = fleet.run(8000)
    const served = (busy.calls - busy.errors) / 8000
    t.comment(describe(`load ${load}, ${served.toFixed(2)} of 8 served a millisecond`, busy))
    t.ok(served >= 0.97 * 8)
  }
})

t.test('when all fail, all are tried, and calls succeed as soon as they can', async (t) => {
  const { fleet } = begin({ seed: 1 })
  for (const server of SERVERS) fleet.setFailing(server, true)
  const down = fleet.run(2000)
  t.ok(down.calls > 8000, 'nobody is refused for want of a replica')
  for (const server of SERVERS) fleet.setFailing(server, false)
  fleet.run(10)
  const up = fleet.run(2000)
  t.comment(describe('after all failed', up))
  t.equal(up.errors, 0)
})

t.test('control: taken in turn, both show', async (t) => {
  const slow = begin({ seed: 1, isRoundRobin: true })
  slow.fleet.setSlowness(0, 10)
  t.ok(slow.fleet.run(4000).p99Ms > 10 * slow.healthy.p99Ms)
  const failing = begin({ seed: 1, isRoundRobin: true })
  failing.fleet.setFailing(0, true)
  const { errors, calls } = failing.fleet.run(4000)
  t.ok(errors / calls > 0.09)
})
