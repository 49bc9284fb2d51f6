import type { Passage } from '../../src/admission/passage.ts'
import { type Guest, Harness } from '../admission/admission-harness.ts'
import { admissionOptionsOf, type FairCommand, type FairOptions } from './fair-command.ts'
import { FairInvariants } from './fair-invariants.ts'
import { FairModel } from './fair-model.ts'
import { must } from './must.ts'
import type { FairGuest, WatchedRun } from './watched-run.ts'

/** The wheel's timer is a slot late at most, and one kept armed a slot more. */
const LATE_MS = 8
const LONGEST_WAIT_MS = 300
const QUIET_MS = 1_000

/** An admission and the model in lock-step; where there is no model for the order, the admission alone. */
export class FairRun implements WatchedRun {
  readonly harness: Harness
  readonly guests: FairGuest[] = []
  readonly #model: FairModel | undefined
  readonly #ids = new Map<Passage, number>()
  readonly #invariants: FairInvariants
  #options: FairOptions
  #nextLimit: number | undefined
  #times: readonly number[] = []
  /** Who heard of an expiry, in order. */
  #expired: number[] = []

  constructor(options: FairOptions) {
    this.#options = options
    const { limit } = options
    this.harness = new Harness({ ...admissionOptionsOf(options), limit, perRequest: true })
    this.#model = options.order === 'auto' ? undefined : new FairModel(options)
    this.#invariants = new FairInvariants(this)
  }

  get options(): FairOptions {
    return this.#options
  }

  run(it: FairCommand): void {
    const nowMs = this.harness.clock.nowMs()
    this.#invariants.before()
    switch (it.do) {
      case 'offer':
        this.#offer(it, nowMs)
        break
      case 'release':
        this.#release(it, nowMs)
        break
      case 'cancel':
        this.#cancel(it.which, nowMs)
        break
      case 'advance':
        this.#advance(it.byMs)
        break
      case 'setLimit':
        this.#setLimit(it.to, it.bySample)
        break
      case 'setQueue':
        this.#update({ queue: it.queue }, nowMs)
        break
      case 'setWeights':
        this.#update({ weights: it.weights }, nowMs)
        break
      case 'setPressure':
        Object.assign(this.harness.pressure, { level: it.level, isHard: it.isHard })
        if (this.#model !== undefined) this.#model.pressure = { level: it.level, isHard: it.isHard }
        break
      case 'drain':
        this.harness.admission.drain(() => {})
        if (this.#model !== undefined) this.#model.isDraining = true
        break
      case 'close':
        this.harness.admission.close()
        this.#model?.close(nowMs)
        break
    }
    this.#compare()
    this.#invariants.after(it)
  }

  /** Everything is given back and time passes: nothing may be left. */
  finish(): void {
    const { admission, clock } = this.harness
    for (let round = 0; admission.inFlight + admission.queued > 0 && round < 500; round += 1) {
      this.run({ do: 'release', which: round, outcome: 'ignore' })
      this.run({ do: 'advance', byMs: 1 })
    }
    this.run({ do: 'advance', byMs: LONGEST_WAIT_MS + LATE_MS })
    this.run({ do: 'advance', byMs: QUIET_MS })
    const { flows, debtors } = admission.snapshot()
    must(admission.inFlight === 0 && admission.queued === 0, 'everything comes back')
    must(clock.pending === 0, 'I5: no timer is left')
    must(flows === 0 && debtors === 0, `I5: ${flows} flows and ${debtors} debtors are left`)
  }

  passages(state: string): Passage[] {
    return this.guests.flatMap(({ guest: { passage } }) => {
      return passage?.state === state ? [passage] : []
    })
  }

  idOf(passage: Passage): number {
    return this.#ids.get(passage) as number
  }

  #offer(it: Extract<FairCommand, { do: 'offer' }>, nowMs: number): void {
    const id = this.guests.length
    const { names, cost, deadlineMs, tier } = it
    const onReject = ({ rejection }: Guest): void => {
      if (rejection?.reason === 'expired') this.#expired.push(id)
    }
    this.#model?.offer(it, nowMs)
    const guest = this.harness.offer({ tier, cost, deadlineMs, ...names }, { onReject })
    const waitMs = Math.min(this.#options.queue.maxWaitMs, deadlineMs ?? Number.POSITIVE_INFINITY)
    const key = JSON.stringify([tier, names.tenant || undefined, names.anonymous, names.flow])
    this.guests.push({ guest, offer: it, key, expiresAtMs: nowMs + waitMs })
    if (guest.passage !== undefined) this.#ids.set(guest.passage, id)
  }

  #release(it: Extract<FairCommand, { do: 'release' }>, nowMs: number): void {
    const passage = pick(this.passages('running'), it.which)
    if (passage === undefined) return
    const id = this.idOf(passage)
    passage.release(it.outcome)
    passage.release('overload')
    this.#model?.release(id, { outcome: it.outcome, next: this.#nextLimit }, nowMs)
    if (it.outcome !== 'ignore') this.#nextLimit = undefined
  }

  #cancel(which: number, nowMs: number): void {
    const { admission } = this.harness
    const passage = pick(this.passages('queued'), which)
    if (passage === undefined) return
    must(admission.cancel(passage), 'a waiter can be cancelled')
    must(!admission.cancel(passage), 'but once')
    this.#model?.leave(this.idOf(passage), 'left', nowMs)
  }

  /** When the timer tells whose time is up is the wheel's affair: in time is all that counts. */
  #advance(byMs: number): void {
    const { clock } = this.harness
    this.#expired = []
    clock.advance(byMs)
    for (const id of this.#expired) {
      if (this.#model?.states[id] !== 'queued') continue
      const { guest, expiresAtMs } = this.guests[id] as FairGuest
      must(guest.heardAtMs >= expiresAtMs, `${id} has expired early`)
      this.#model.leave(id, 'expired', guest.heardAtMs)
    }
    const lateMs = this.passages('queued').map(({ expiresAtMs }) => clock.nowMs() - expiresAtMs)
    must(
      lateMs.every((ms) => ms <= LATE_MS),
      'whoever waited in vain hears of it',
    )
  }

  #setLimit(to: number, bySample: boolean): void {
    const { limit } = this.harness
    if (bySample) {
      limit.next = to
      this.#nextLimit = to
      return
    }
    limit.current = to
    if (this.#model !== undefined) this.#model.limit = to
    this.#update({}, this.harness.clock.nowMs())
  }

  #update(change: Partial<FairOptions>, nowMs: number): void {
    this.#options = { ...this.#options, ...change }
    this.harness.admission.update(admissionOptionsOf(this.#options))
    this.#model?.update(change, nowMs)
  }

  #compare(): void {
    const model = this.#model
    if (model === undefined) return
    this.guests.forEach(({ guest: { state } }, id) => {
      const expected = model.states[id]
      must(state === expected, `${id} is ${state}, and ${expected} in the model`)
    })
    must(this.harness.admission.inFlight === model.inFlight, 'as much is in flight in the model')
    const { times } = model
    must(
      times.every((now, rank) => now >= (this.#times[rank] ?? 0)),
      'I13: time goes back',
    )
    this.#times = times
    for (const { id, flow } of [...model.waiting, ...model.running]) {
      const start = this.guests[id]?.guest.passage?.flow.start
      must(start === flow.start, `I12: ${id} starts at ${start}, and at ${flow.start} in the model`)
    }
  }
}

function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % Math.max(1, items.length)]
}
