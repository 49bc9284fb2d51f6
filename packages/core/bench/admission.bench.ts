import { Admission } from '../src/admission/admission.ts'
import type { AdmissionOptions } from '../src/admission/admission-options.ts'
import type { Dispatcher } from '../src/admission/dispatcher.ts'
import type { Arrival } from '../src/admission/passage.ts'
import type { Permit } from '../src/admission/permit.ts'
import { AdaptiveLimit } from '../src/limit/adaptive-limit.ts'
import { FixedLimit } from '../src/limit/fixed-limit.ts'
import type { Limit } from '../src/limit/limit.ts'
import type { Clock } from '../src/time/clock.ts'
import { type Case, formatTable, measure } from './measure.ts'

const REQUEST = { tier: 'important' } as const
/** A clock that stands still and never fires: what is measured is the admission alone. */
const STILL: Clock = { nowMs: () => 1_000.25, schedule: () => () => {} }
const REAL: Clock = { nowMs: () => performance.now(), schedule: () => () => {} }
const QUIET: Dispatcher = { wake: () => {}, startMs: 0.05 }

const CASES: readonly Case[] = [
  { name: 'empty loop', run: (times) => repeat(times, () => {}) },
  {
    name: 'performance.now() alone, twice',
    run: (times) =>
      repeat(times, () => {
        performance.now()
        performance.now()
      }),
  },
  now('tryAcquire + release', { clock: STILL, limit: new FixedLimit(20) }),
  now('… without a sample (ignore)', { clock: STILL, limit: new FixedLimit(20), isIgnored: true }),
  now('… with AdaptiveLimit', { clock: STILL, limit: new AdaptiveLimit() }),
  now('… with performance.now()', { clock: REAL, limit: new FixedLimit(20) }),
  offerNow('offer at once + release', STILL),
  offerNow('… with four pools', STILL, { pools: { a: { minRatio: 0.2 }, b: {}, c: {} } }),
  ...[10, 1_000, 10_000].map((depth) => queued(depth)),
  dispatched('offer + pump + release, nobody waits, dispatcher'),
  refused('tryAcquire refused, full', {}),
  refusedAtDoor('offer refused, shed'),
  adaptiveSample('AdaptiveLimit.onSample'),
]

process.stdout.write(`Node ${process.version}, ${process.arch}\n`)
process.stdout.write(formatTable(CASES.map(measure)))

interface NowSettings {
  readonly clock: Clock
  readonly limit: Limit
  readonly isIgnored?: boolean
}

function now(name: string, { clock, limit, isIgnored = false }: NowSettings): Case {
  const admission = createAdmission({ clock, limit })
  const outcome = isIgnored ? 'ignore' : 'success'
  return {
    name,
    run: (times) =>
      repeat(times, () => {
        const decision = admission.tryAcquire(REQUEST)
        if (decision.admitted) decision.permit.release(outcome)
      }),
  }
}

function offerNow(name: string, clock: Clock, options?: AdmissionOptions): Case {
  const admission = createAdmission({ clock }, options)
  const arrival: Arrival = { onAdmit: () => {}, onReject: () => {} }
  return {
    name,
    run: (times) =>
      repeat(times, () => {
        const answer = admission.offer(REQUEST, arrival)
        if (answer.admitted) answer.release('success')
      }),
  }
}

/** One is admitted from a queue of this depth, and one is added to it. */
function queued(depth: number): Case {
  const options = { queue: { maxQueued: depth * 2 }, shedAt: { important: 1 } }
  const admission = createAdmission({ clock: STILL, limit: new FixedLimit(1) }, options)
  let running: Permit | undefined
  const arrival: Arrival = {
    onAdmit: (permit) => {
      running = permit
    },
    onReject: () => {},
  }
  const decision = admission.tryAcquire(REQUEST)
  if (decision.admitted) running = decision.permit
  for (let count = 0; count < depth; count += 1) admission.offer(REQUEST, arrival)
  return {
    name: `offer + release + start, ${depth} waiting`,
    run: (times) =>
      repeat(times, () => {
        admission.offer(REQUEST, arrival)
        running?.release('success')
      }),
  }
}

function dispatched(name: string): Case {
  const admission = createAdmission({ clock: STILL, dispatcher: QUIET })
  const arrival: Arrival = { onAdmit: (permit) => permit.release('success'), onReject: () => {} }
  return {
    name,
    run: (times) =>
      repeat(times, () => {
        admission.offer(REQUEST, arrival)
        admission.pump()
      }),
  }
}

function refused(name: string, options: AdmissionOptions): Case {
  const admission = createAdmission({ clock: STILL, limit: new FixedLimit(1) }, options)
  admission.tryAcquire(REQUEST)
  return { name, run: (times) => repeat(times, () => admission.tryAcquire(REQUEST)) }
}

function refusedAtDoor(name: string): Case {
  const options = { queue: { maxQueued: 10 } }
  const admission = createAdmission({ clock: STILL, limit: new FixedLimit(1) }, options)
  const arrival: Arrival = { onAdmit: () => {}, onReject: () => {} }
  for (let count = 0; count < 20; count += 1) admission.offer(REQUEST, arrival)
  return { name, run: (times) => repeat(times, () => admission.offer(REQUEST, arrival)) }
}

function adaptiveSample(name: string): Case {
  const limit = new AdaptiveLimit()
  const sample = { startNs: 0, latencyNs: 5e6, inFlight: 10, overloaded: false }
  return {
    name,
    run: (times) =>
      repeat(times, () => {
        // 1,000 samples a second, so that windows close as often as they do in life.
        sample.startNs += 1e6
        limit.onSample(sample)
      }),
  }
}

interface Parts {
  readonly clock: Clock
  readonly limit?: Limit
  readonly dispatcher?: Dispatcher
}

function createAdmission(parts: Parts, options: AdmissionOptions = {}): Admission {
  const { clock, limit = new FixedLimit(20), dispatcher } = parts
  return new Admission({ clock, random: () => 0.5, limit, dispatcher }, options)
}

function repeat(times: number, work: () => void): void {
  for (let count = 0; count < times; count += 1) work()
}
