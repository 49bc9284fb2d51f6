import type { Admission, Clock, Dispatcher } from '@headgate/core'
import type { AdmissionGate } from '../gate/admission-gate.ts'
import type { Stage } from '../service/stage.ts'
import type { Attempt } from '../traffic/attempt.ts'
import type { RunObserver } from '../traffic/run-observer.ts'

/** What a request costs the loop beside its work, in milliseconds. */
export interface LoopCosts {
  readonly readMs: number
  readonly refuseMs: number
  readonly serveMs: number
}

/** As `@headgate/node` does it: at least so long a turn, or so much of the time reading took. */
const MIN_SLICE_MS = 1
const SLICE_RATIO = 0.5
const FIRST_START_MS = 0.05
const NEWEST_WEIGHT = 0.1

/** What this process does next, when the step under way is over. */
type Step = () => void

/**
 * A Node.js process on virtual time, whose handlers are synchronous: one thing at a time. Each turn first
 * reads what the kernel held when the turn began, and refuses what it must; then, in the check phase, work
 * is started for a slice of time, one job after the other.
 *
 * What waits in the kernel is seen by nobody: a job of 50 ms delays the refusal of all that comes meanwhile.
 */
export class EventLoop
  implements Dispatcher, Stage, RunObserver, Pick<AdmissionGate, 'offer' | 'leave'>
{
  readonly #clock: Clock
  readonly #costs: LoopCosts
  #gate: AdmissionGate | undefined = undefined
  #admission: Pick<Admission, 'jobs' | 'isRunnable'> | undefined = undefined
  #unread: Attempt[] = []
  #isIdle = true
  #isArmed = false
  #armedMs = 0
  #refused = 0
  #job: { readonly durationMs: number; readonly done: () => void } | undefined = undefined
  #startMs = FIRST_START_MS

  constructor(clock: Clock, costs: LoopCosts) {
    this.#clock = clock
    this.#costs = costs
  }

  /** Set once, right after they are made. */
  attach(gate: AdmissionGate, admission: Pick<Admission, 'jobs' | 'isRunnable'>): void {
    this.#gate = gate
    this.#admission = admission
  }

  get startMs(): number {
    return this.#startMs
  }

  /** A request has reached the kernel. */
  offer(attempt: Attempt): void {
    this.#unread.push(attempt)
    this.#beginTurn()
  }

  leave(attempt: Attempt): void {
    this.#gate?.leave(attempt)
  }

  wake(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    this.#armedMs = this.#clock.nowMs()
    this.#beginTurn()
  }

  /** The handler of the request that was just started. */
  serve(durationMs: number, done: () => void): void {
    this.#job = { durationMs, done }
  }

  onRefuse(): void {
    this.#refused += 1
  }

  #beginTurn(): void {
    if (!this.#isIdle) return
    this.#isIdle = false
    this.#turn()
  }

  #turn(): void {
    const batch = this.#unread
    this.#unread = []
    this.#read(batch, 0)
  }

  #read(batch: readonly Attempt[], index: number): void {
    const attempt = batch[index]
    if (attempt === undefined) {
      this.#check()
      return
    }
    this.#after(this.#costs.readMs, () => {
      this.#refused = 0
      this.#gate?.offer(attempt)
      this.#after(this.#refused * this.#costs.refuseMs, () => this.#read(batch, index + 1))
    })
  }

  #check(): void {
    if (!this.#isArmed) {
      this.#isIdle = this.#unread.length === 0
      if (!this.#isIdle) this.#turn()
      return
    }
    const beganMs = this.#clock.nowMs()
    const sliceMs = Math.max(MIN_SLICE_MS, SLICE_RATIO * (beganMs - this.#armedMs))
    this.#startNext({ beganMs, untilMs: beganMs + sliceMs, started: 0 })
  }

  #startNext(slice: { readonly beganMs: number; readonly untilMs: number; started: number }): void {
    this.#job = undefined
    this.#admission?.jobs.startNext(this.#clock.nowMs())
    const job = this.#job as { readonly durationMs: number; readonly done: () => void } | undefined
    if (job === undefined) {
      this.#endSlice(slice)
      return
    }
    slice.started += 1
    this.#after(job.durationMs + this.#costs.serveMs, () => {
      job.done()
      this.#admission?.jobs.endJobs(this.#clock.nowMs())
      const goesOn = this.#admission?.isRunnable && this.#clock.nowMs() < slice.untilMs
      if (goesOn) this.#startNext(slice)
      else this.#endSlice(slice)
    })
  }

  #endSlice({ beganMs, started }: { readonly beganMs: number; readonly started: number }): void {
    if (started > 0) {
      const startMs = (this.#clock.nowMs() - beganMs) / started
      this.#startMs += NEWEST_WEIGHT * (startMs - this.#startMs)
    }
    this.#isArmed = false
    if (this.#admission?.isRunnable) this.wake()
    this.#turn()
  }

  #after(ms: number, step: Step): void {
    if (ms === 0) step()
    else this.#clock.schedule(ms, step)
  }
}
