import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import type { FlightView } from '../../src/flight/flight.ts'
import { Singleflight } from '../../src/flight/singleflight.ts'
import type { SingleflightOptions } from '../../src/flight/singleflight-options.ts'
import { type Outcome, settle, watch } from '../controlled-work.ts'
import { ManualClock } from '../manual-clock.ts'

interface CallPlan {
  readonly key: number
  readonly hasSignal: boolean
  readonly leaves: boolean
  readonly leavesOnJoin: boolean
  /** How its work ends, if it is this call's work that runs. */
  readonly end: 'value' | 'error' | 'throw' | 'never' | 'same key'
  readonly heedsAbort: boolean
}

export interface RunPlan {
  readonly options: SingleflightOptions
  readonly calls: readonly CallPlan[]
  readonly forgets: readonly number[]
  readonly ticksMs: readonly number[]
}

const key = fc.integer({ min: 0, max: 2 })
const call: fc.Arbitrary<CallPlan> = fc.record({
  key,
  hasSignal: fc.boolean(),
  leaves: fc.boolean(),
  leavesOnJoin: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
  end: fc.constantFrom('value', 'value', 'value', 'error', 'throw', 'never', 'same key'),
  heedsAbort: fc.boolean(),
})

/** `wide`: bounds that are never met, so that it is known who joins whom. */
export function runPlans(bounds: 'wide' | 'narrow'): fc.Arbitrary<RunPlan> {
  const few = fc.integer({ min: 1, max: 3 })
  const narrow = fc.record({ maxFlights: few, maxFollowers: few, maxAgeMs: few })
  return fc.record({
    options: bounds === 'wide' ? fc.constant({ maxAgeMs: 1e9 }) : narrow,
    calls: fc.array(call, { minLength: 1, maxLength: 10, size: 'max' }),
    forgets: fc.array(key, { maxLength: 3 }),
    ticksMs: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
  })
}

interface Execution {
  readonly id: number
  readonly key: number
  readonly flight: FlightView
  isOver: boolean
}

interface Caller extends CallPlan {
  readonly id: number
  readonly controller: AbortController
  /** Executions that were over when it came: it may get the result of none of them. */
  readonly over: ReadonlySet<number>
  readonly watched: { readonly outcome: Outcome }
}

/** A plan carried out in an order that the scheduler chooses, and all that went wrong on the way. */
export class FlightRun {
  readonly wrong: string[] = []
  readonly #clock = new ManualClock()
  readonly #flights: Singleflight<AbortSignal>
  readonly #plan: RunPlan
  readonly #scheduler: fc.Scheduler
  readonly #executions: Execution[] = []
  readonly #callers: Caller[] = []
  /** What the specification says can be joined: the execution for each key, and who waits for it. */
  readonly #model = new Map<number, { readonly execution: number; readonly waiting: Set<number> }>()
  readonly #isModelled: boolean

  constructor(plan: RunPlan, scheduler: fc.Scheduler) {
    const newAbort = () => new AbortController()
    this.#flights = new Singleflight({ clock: this.#clock, newAbort }, plan.options)
    this.#plan = plan
    this.#scheduler = scheduler
    this.#isModelled = plan.options.maxFlights === undefined
  }

  async run(): Promise<void> {
    this.#plan.calls.forEach((plan, id) => {
      const controller = new AbortController()
      this.#plant(`call ${id}`, () => this.#call(id, plan, controller))
      if (plan.leaves) this.#plant(`leave ${id}`, () => this.#leave(id, controller))
    })
    for (const key of this.#plan.forgets) {
      this.#plant(`forget ${key}`, () => {
        this.#flights.forget(key)
        this.#model.delete(key)
      })
    }
    for (const byMs of this.#plan.ticksMs) this.#plant('tick', () => this.#clock.advance(byMs))
    await this.#scheduler.waitIdle()
    this.#checkHung()
    for (const { id, controller } of this.#callers) this.#leave(id, controller)
    await settle()
    for (const caller of this.#callers) this.#checkOutcome(caller)
    // A work that never ends, and that a caller without a signal waits for, is all that may be left.
    const left = this.#callers.filter(({ watched }) => watched.outcome === 'pending').length
    if (left === 0 && this.#flights.size !== 0)
      this.wrong.push(`${this.#flights.size} flights left`)
  }

  #plant(label: string, act: () => void): void {
    this.#scheduler.schedule(Promise.resolve(), label).then(() => {
      act()
      this.#checkLive(label)
    })
  }

  #call(id: number, plan: CallPlan, controller: AbortController): void {
    const before = this.#executions.length
    const live = this.#model.get(plan.key)
    const isDead = plan.hasSignal && controller.signal.aborted
    const over = new Set(this.#executions.filter(({ isOver }) => isOver).map((it) => it.id))
    const promise = this.#flights.run(plan.key, this.#workOf(plan), {
      signal: plan.hasSignal ? controller.signal : undefined,
      onJoin: () => {
        if (plan.leavesOnJoin) controller.abort(id)
      },
    })
    this.#callers.push({ ...plan, id, controller, over, watched: watch(promise) })
    if (!this.#isModelled) return
    const hasStarted = this.#executions.length > before
    if (hasStarted !== (live === undefined && !isDead)) {
      this.wrong.push(`call ${id} ${hasStarted ? 'started' : 'did not start'} an execution`)
    }
    if (isDead) return
    if (live === undefined) {
      if (this.#executions[before]?.isOver === true) return
      this.#model.set(plan.key, { execution: before, waiting: new Set([id]) })
    } else if (!(plan.leavesOnJoin && plan.hasSignal)) {
      live.waiting.add(id)
    }
  }

  #leave(id: number, controller: AbortController): void {
    controller.abort(id)
    const caller = this.#callers.find((it) => it.id === id)
    if (caller?.hasSignal !== true) return
    const live = this.#model.get(caller.key)
    if (live?.waiting.delete(id) === true && live.waiting.size === 0) this.#model.delete(caller.key)
  }

  #workOf({ key, end, heedsAbort }: CallPlan) {
    return (signal: AbortSignal, flight: FlightView): Promise<string> => {
      const execution = { id: this.#executions.length, key, flight, isOver: false }
      this.#executions.push(execution)
      const result = `${key} ${execution.id}`
      if (end === 'throw') {
        execution.isOver = true
        throw result
      }
      if (end === 'same key') this.#checkInner(key, flight)
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          this.#checkAbort(execution)
          if (heedsAbort) this.#end(execution, () => reject('abort of the work'))
        })
        if (end === 'never') return
        this.#scheduler.schedule(Promise.resolve(), `end ${execution.id}`).then(() => {
          this.#end(execution, () => (end === 'error' ? reject(result) : resolve(result)))
        })
      })
    }
  }

  #end(execution: Execution, settleIt: () => void): void {
    if (execution.isOver) return
    execution.isOver = true
    if (this.#model.get(execution.key)?.execution === execution.id)
      this.#model.delete(execution.key)
    settleIt()
  }

  /** A work that asks for its own key must get an answer, and not its own. */
  #checkInner(key: number, outer: FlightView): void {
    const inner = watch(
      this.#flights.run(key, (_signal, flight) => {
        if (flight === outer || flight.isCurrent) this.wrong.push('the inner call is not apart')
        return 'inner'
      }),
    )
    this.#scheduler.schedule(Promise.resolve(), 'inner').then(() => {
      if (inner.outcome === 'pending') this.wrong.push('an inner call hangs')
    })
  }

  #checkAbort({ id, key, flight }: Execution): void {
    if (flight.isCurrent) this.wrong.push(`execution ${id} was aborted while it could be joined`)
    const others = this.#executions.filter((it) => it.key === key && it.flight.isCurrent)
    if (this.#flights.has(key) && others.length === 0) {
      this.wrong.push(`the entry of ${key} outlived the abort`)
    }
  }

  #checkLive(label: string): void {
    for (const key of [0, 1, 2]) {
      const live = this.#executions.filter(
        (it) => it.key === key && it.flight.isCurrent && !it.isOver,
      )
      if (live.length > 1) this.wrong.push(`${live.length} live flights for ${key} after ${label}`)
    }
  }

  /** Nobody may wait but for an execution of its key that has not ended. */
  #checkHung(): void {
    for (const { id, key, watched } of this.#callers) {
      const isOpen = this.#executions.some((it) => it.key === key && !it.isOver)
      if (watched.outcome === 'pending' && !isOpen) this.wrong.push(`call ${id} hangs`)
    }
  }

  #checkOutcome({ id, key, hasSignal, over, controller, watched }: Caller): void {
    const { outcome } = watched
    if (outcome === 'pending') {
      if (hasSignal) this.wrong.push(`call ${id} hangs though it left`)
      return
    }
    if (getEventListeners(controller.signal, 'abort').length > 0) {
      this.wrong.push(`a listener of call ${id} is left`)
    }
    const result = 'value' in outcome ? outcome.value : outcome.error
    if (result === id && hasSignal) return
    const [ofKey, ofExecution] = String(result).split(' ').map(Number)
    if (ofKey !== key || over.has(ofExecution ?? -1) || ofExecution === undefined) {
      this.wrong.push(`call ${id} for ${key} got ${result}`)
    }
  }
}
