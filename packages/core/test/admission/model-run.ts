import { type Guest, Harness } from './admission-harness.ts'
import { QueueModel } from './queue-model.ts'
import type { Command } from './random-command.ts'

const MAX_WAIT_MS = 100
/** The wheel's timer is a slot late at most, and one kept armed a slot more. */
const LATE_MS = 8

/** An admission and the model in lock-step. */
export class ModelRun {
  readonly model: QueueModel
  readonly #harness: Harness
  readonly #guests: Guest[] = []
  readonly #expiriesMs: number[] = []

  constructor(maxQueued: number, isGenerous: boolean) {
    const shedAt = isGenerous
      ? { important: 1, optional: 1, opportunistic: 1 }
      : { important: 0.8, optional: 0.5, opportunistic: 0.2 }
    this.model = new QueueModel(2, maxQueued, shedAt)
    const queue = { maxQueued, maxWaitMs: MAX_WAIT_MS, order: 'fifo' } as const
    this.#harness = new Harness({ limit: 2, queue, shedAt })
  }

  run(it: Command): void {
    const { model } = this
    const { admission, clock, limit, pressure } = this.#harness
    const nowMs = clock.nowMs()
    if (it.do === 'offer') {
      const expiresAtMs = nowMs + Math.min(MAX_WAIT_MS, it.deadlineMs ?? MAX_WAIT_MS)
      const { queued } = admission
      const guest = this.#harness.offer(it)
      this.#expiriesMs.push(expiresAtMs)
      this.#guests.push(guest)
      // The model knows no rates: it believes that a deadline is too near, if there is one and somebody waits.
      if (guest.state === 'doomed' && queued > 0 && it.deadlineMs !== undefined) model.doom()
      else model.offer(it.tier, expiresAtMs, nowMs)
    }
    if (it.do === 'release' || it.do === 'sample') {
      const id = this.#pick('running', it.which)
      if (id === undefined) return
      this.#guests[id]?.permit?.[it.do](it.outcome)
      // What the limit makes of a sample is its own affair.
      model.limit = limit.current
      if (it.do === 'release') model.release(id, nowMs)
      else model.serve(nowMs)
    }
    if (it.do === 'cancel') {
      const id = this.#pick('queued', it.which)
      if (id === undefined) return
      model.leave(id, 'left')
      admission.cancel(this.#guests[id]?.passage as never)
    }
    if (it.do === 'limit') limit.next = it.to
    if (it.do === 'pressure') {
      pressure.level = it.level
      model.pressure = it.level
    }
    if (it.do === 'advance') this.#advance(it.byMs)
    this.#compare(JSON.stringify(it))
  }

  /** When a timer tells those whose time is up is the wheel's affair: in time is all that counts. */
  #advance(byMs: number): void {
    const { clock } = this.#harness
    clock.advance(byMs)
    this.#guests.forEach(({ rejection, heardAtMs }, id) => {
      if (this.model.states[id] !== 'queued') return
      const expiryMs = this.#expiriesMs[id] as number
      if (rejection?.reason === 'expired' && heardAtMs >= expiryMs) this.model.leave(id, 'expired')
      else if (clock.nowMs() > expiryMs + LATE_MS) throw new Error(`${id} should have expired`)
    })
  }

  #pick(state: string, which: number): number | undefined {
    const ids = this.model.states.flatMap((it, id) => (it === state ? [id] : []))
    return ids[which % ids.length]
  }

  #compare(command: string): void {
    this.#guests.forEach(({ state }, id) => {
      const expected = this.model.states[id]
      if (state !== expected)
        throw new Error(`${id} is ${state}, not ${expected}, after ${command}`)
    })
  }
}
