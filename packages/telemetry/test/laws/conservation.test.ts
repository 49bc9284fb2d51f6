import {
  Admission,
  type AdmissionEvent,
  type AdmissionListener,
  AimdLimit,
  type DurationRecorder,
  type Outcome,
  type Passage,
  REJECT_REASONS,
  TIERS,
  type Tier,
  VirtualClock,
} from '@headgate/core'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import t from 'tap'
import { prometheus } from '../../src/prometheus/prometheus.ts'
import { PrintedMetrics } from '../fixtures/printed-metrics.ts'

const RUNS = 60
const seed = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 2 ** 31))

type Command =
  | { readonly do: 'offer'; readonly ask: Ask }
  | { readonly do: 'tryAcquire'; readonly ask: Ask }
  | {
      readonly do: 'end'
      readonly which: number
      readonly outcome: Outcome
      readonly twice: boolean
    }
  | { readonly do: 'sample'; readonly which: number; readonly outcome: Outcome }
  | { readonly do: 'leave'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'update'; readonly maxQueued: number }
  | { readonly do: 'drain' }

interface Ask {
  readonly tier: Tier
  readonly tenant: string | undefined
  readonly pool: string | undefined
  readonly cost: number
  readonly deadlineMs: number | undefined
  readonly hasLeft: boolean
}

const ask: fc.Arbitrary<Ask> = fc.record({
  tier: fc.constantFrom(...TIERS),
  tenant: fc.constantFrom(undefined, 'a', 'b', 'c'),
  pool: fc.constantFrom(undefined, 'reports', 'nowhere'),
  cost: fc.integer({ min: 1, max: 3 }),
  deadlineMs: fc.constantFrom(undefined, 0, 5, 1_000),
  hasLeft: fc.boolean(),
})
const outcome = fc.constantFrom<Outcome>('success', 'overload', 'ignore')
const which = fc.nat({ max: 1_000 })
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 80, arbitrary: fc.record({ do: fc.constant('offer' as const), ask }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('tryAcquire' as const), ask }) },
  {
    weight: 50,
    arbitrary: fc.record({ do: fc.constant('end' as const), which, outcome, twice: fc.boolean() }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('sample' as const), which, outcome }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('leave' as const), which }) },
  {
    weight: 30,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 80 }) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('update' as const),
      maxQueued: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'drain' as const }) },
)

t.test(`nothing is lost and nothing is counted twice, seed ${seed}`, async (t) => {
  const sizes = { minLength: 1, maxLength: 120 }
  const property = fc.asyncProperty(fc.array(command, sizes), async (list) => {
    const run = new Account()
    for (const each of list) run.do(each)
    await run.check('in the middle')
    run.finish()
    await run.check('at the end')
  })
  await fc.assert(property, { seed, numRuns: RUNS })
  t.pass(`${RUNS} runs`)
})

/** What those who asked were told, beside what the metrics say. */
class Account {
  readonly #clock = new VirtualClock()
  readonly #listeners = new Set<(event: AdmissionEvent) => void>()
  readonly #admission: Admission
  readonly #registry = new Registry()
  readonly #queued = new Set<Passage>()
  readonly #running: Passage[] = []
  readonly #admitted = new Map<string, number>()
  readonly #rejected = new Map<string, number>()
  #durations: DurationRecorder | undefined
  #offered = 0
  #ended = 0

  constructor() {
    const limit = new AimdLimit({ initialLimit: 4, minLimit: 1, maxLimit: 8 })
    const onEvent = (event: AdmissionEvent): void => {
      for (const listener of this.#listeners) listener(event)
    }
    const parts = { clock: this.#clock, limit, random: () => 0.5 }
    this.#admission = new Admission(
      { ...parts, listener: this.#told(onEvent) },
      {
        queue: { maxQueued: 6, maxWaitMs: 50 },
        maxCost: 2,
        pools: { reports: { minRatio: 0.25 } },
        rate: [
          { refillPerSecond: 500, burst: 40 },
          { refillPerSecond: 300, burst: 15, per: 'tenant' },
        ],
      },
    )
    const subscribe = (listener: (event: AdmissionEvent) => void): (() => void) => {
      this.#listeners.add(listener)
      return () => this.#listeners.delete(listener)
    }
    const snapshot = () => this.#admission.snapshot()
    const recordDurations = (recorder: DurationRecorder): (() => void) => {
      this.#durations = recorder
      return () => {}
    }
    const { poolNames } = this.#admission
    const observed = { poolNames, snapshot, subscribe, recordDurations }
    prometheus(observed, { registry: this.#registry })
  }

  #told(onEvent: (event: AdmissionEvent) => void): AdmissionListener {
    const durations = (): DurationRecorder | undefined => this.#durations
    return {
      perRequest: true,
      onEvent,
      get durations() {
        return durations()
      },
    }
  }

  do(it: Command): void {
    const running = 'which' in it ? this.#running[it.which % this.#running.length] : undefined
    if (it.do === 'offer') this.#offer(it.ask)
    else if (it.do === 'tryAcquire') this.#tryAcquire(it.ask)
    else if (it.do === 'wait') this.#clock.advance(it.ms)
    else if (it.do === 'update') this.#admission.update({ queue: { maxQueued: it.maxQueued } })
    else if (it.do === 'drain') this.#admission.drain(() => {})
    else if (it.do === 'sample') running?.sample(it.outcome)
    else if (it.do === 'leave') this.#leave([...this.#queued][it.which % this.#queued.size])
    else if (running !== undefined) this.#end(running, it.outcome, it.twice)
  }

  /** Everything is given back, and who waits is served or has waited too long. */
  finish(): void {
    for (let round = 0; round < 100 && this.#running.length + this.#queued.size > 0; round += 1) {
      for (const passage of [...this.#running]) this.#end(passage, 'success', false)
      this.#clock.advance(10)
    }
    this.#clock.advance(2_000)
  }

  async check(when: string): Promise<void> {
    const printed = new PrintedMetrics(await this.#registry.metrics())
    const total = (outcome: string): number => printed.sum('headgate_requests_total', { outcome })
    const queued = printed.sum('headgate_queued')
    const same = (what: string, told: number, metric: number): void => {
      if (told !== metric) throw new Error(`${when}: ${what} ${told}, by the metrics ${metric}`)
    }
    same('offered', this.#offered, total('admitted') + total('rejected') + queued)
    same('queued', this.#queued.size, queued)
    for (const tier of TIERS) {
      const labels = { tier, outcome: 'admitted' }
      const admitted = printed.sum('headgate_requests_total', labels)
      same(`admitted ${tier}`, this.#admitted.get(tier) ?? 0, admitted)
      same(`waited ${tier}`, admitted, printed.sum('headgate_wait_seconds_count', { tier }))
    }
    for (const reason of REJECT_REASONS) {
      const rejected = printed.sum('headgate_requests_total', { outcome: 'rejected', reason })
      same(`rejected as ${reason}`, this.#rejected.get(reason) ?? 0, rejected)
    }
    const ended = printed.sum('headgate_service_seconds_count')
    same('ended', this.#ended, ended)
    same('admitted, and not ended', this.#running.length, total('admitted') - ended)
    const permits = this.#running.reduce((sum, { cost }) => sum + cost, 0)
    same('permits', permits, printed.sum('headgate_in_flight'))
  }

  #offer({ hasLeft, ...request }: Ask): void {
    this.#offered += 1
    const signal = { aborted: hasLeft && request.cost === 3 }
    let passage: Passage | undefined
    const arrival = {
      onAdmit: () => this.#onAdmit(passage as Passage),
      onReject: ({ reason }: { readonly reason: string }) => {
        this.#queued.delete(passage as Passage)
        count(this.#rejected, reason)
      },
    }
    const answer = this.#admission.offer({ ...request, signal: signal as never }, arrival)
    if (!answer.admitted) {
      count(this.#rejected, answer.reason)
      return
    }
    passage = answer
    if (answer.state === 'queued') this.#queued.add(answer)
    else this.#onAdmit(answer)
  }

  #tryAcquire({ hasLeft: _, ...request }: Ask): void {
    this.#offered += 1
    const decision = this.#admission.tryAcquire(request)
    if (decision.admitted) this.#onAdmit(decision.permit as Passage)
    else count(this.#rejected, decision.reason)
  }

  #onAdmit(passage: Passage): void {
    this.#queued.delete(passage)
    this.#running.push(passage)
    count(this.#admitted, passage.tier)
  }

  #leave(passage: Passage | undefined): void {
    if (passage === undefined || !this.#admission.cancel(passage)) return
    this.#queued.delete(passage)
    count(this.#rejected, 'cancelled')
  }

  #end(passage: Passage, outcome: Outcome, twice: boolean): void {
    this.#running.splice(this.#running.indexOf(passage), 1)
    this.#ended += 1
    passage.release(outcome)
    if (twice) passage.release('overload')
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
