import type { AdmissionEvent } from '../../src/admission/admission-event.ts'
import type { AdmissionOptions } from '../../src/admission/admission-options.ts'
import type { AdmissionSnapshot } from '../../src/admission/admission-snapshot.ts'
import type { Passage } from '../../src/admission/passage.ts'
import { TIERS, type Tier } from '../../src/shed/tier.ts'
import { type Guest, Harness, ManualDispatcher } from './admission-harness.ts'
import type { Command, Hook, Offer } from './random-command.ts'

/** The wheel's timer is a slot late at most, and one kept armed a slot more. */
const LATE_MS = 8
const LONGEST_WAIT_MS = 300
const QUIET_MS = 1_000

interface Entry {
  readonly guest: Guest
  readonly tier: Tier
  readonly expiresAtMs: number
}

/** Runs random commands against an admission, and notes after each what must not be. */
export class RandomRun {
  readonly wrong: string[] = []
  readonly harness: Harness
  readonly #dispatcher: ManualDispatcher | undefined
  readonly #entries: Entry[] = []
  readonly #permits: Passage[] = []
  readonly #cancelled = new Set<Passage>()
  #options: AdmissionOptions
  #offered = 0
  #drains = 0
  #idle = 0
  #closed = false
  /** The limit grew by itself, and the gate has had no occasion to see it. */
  #unseen = false
  #wokenAtPump = 0
  #thrown = 0

  constructor(options: AdmissionOptions, hasDispatcher: boolean) {
    this.#options = options
    this.#dispatcher = hasDispatcher ? new ManualDispatcher() : undefined
    const dispatcher = this.#dispatcher
    const parts = dispatcher === undefined ? {} : { dispatcher }
    this.harness = new Harness({ limit: 2, perRequest: true, ...parts, ...options })
    this.harness.events.push = (event) => this.#onEvent(event)
  }

  get #maxWaitMs(): number {
    const { queue } = this.#options
    return queue === false ? 0 : (queue?.maxWaitMs ?? 100)
  }

  get guests(): Guest[] {
    return this.#entries.map(({ guest }) => guest)
  }

  run(command: Command): void {
    const before = this.harness.admission.snapshot()
    this.#do(command)
    this.#check(before)
    if (this.wrong.length > 0) this.wrong.push(JSON.stringify(command))
  }

  /** Everything is given back and time passes: nothing may be left. */
  finish(): void {
    const { admission, clock, pressure } = this.harness
    pressure.isHard = false
    for (let round = 0; admission.inFlight + admission.queued > 0 && round < 500; round += 1) {
      for (const permit of this.#permits.splice(0)) permit.release()
      admission.pump()
    }
    this.#must(admission.inFlight === 0, 'every permit comes back')
    this.#must(admission.queued === 0, 'everybody is served in the end')
    this.#must(this.#idle === this.#drains, 'every drain ends')
    this.#advance(LONGEST_WAIT_MS + LATE_MS)
    this.#advance(QUIET_MS)
    this.#must(clock.pending === 0, 'no timer is left')
    this.#must(!admission.snapshot().overloaded || this.#closed, 'the overload is over')
  }

  #do(it: Command): void {
    const { admission, limit, pressure } = this.harness
    const permit = 'which' in it ? this.#permits[it.which % this.#permits.length] : undefined
    switch (it.do) {
      case 'offer':
        this.#offer(it)
        break
      case 'tryAcquire': {
        this.#offered += 1
        const decision = admission.tryAcquire({ tier: it.tier })
        if (decision.admitted) this.#permits.push(decision.permit as Passage)
        break
      }
      case 'release':
        if (permit?.state === 'running') this.#unseen = false
        permit?.release(it.outcome)
        permit?.release('overload')
        break
      case 'sample':
        permit?.sample(it.outcome)
        break
      case 'cancel':
        this.#cancel(it.which)
        break
      case 'advance':
        this.#advance(it.byMs)
        break
      case 'limit':
        if (it.bySample) limit.next = it.to
        else {
          this.#unseen ||= it.to > limit.current
          limit.current = it.to
        }
        break
      case 'pressure':
        pressure.level = it.level
        pressure.isHard = it.isHard
        break
      case 'update':
        this.#update(it.options)
        break
      case 'pump':
        this.#pump(it.forMs)
        break
      case 'drain':
        this.#drain()
        break
      case 'close':
        this.#close()
        break
    }
  }

  #offer({ tier, deadlineMs, hook }: Omit<Offer, 'do'>): void {
    const maxWaitWasMs = this.#maxWaitMs
    this.#offered += 1
    const onAdmit = (guest: Guest): void => {
      this.#permits.push(guest.permit as Passage)
      this.#react(guest, hook)
    }
    const onReject = (guest: Guest): void => this.#react(guest, hook)
    const guest = this.harness.offer({ tier, deadlineMs }, { onAdmit, onReject })
    // Whoever makes way may update the options on the way.
    const maxWaitMs = Math.max(maxWaitWasMs, this.#maxWaitMs)
    const expiresAtMs = this.harness.clock.nowMs() + Math.min(maxWaitMs, deadlineMs ?? 1e9)
    this.#entries.push({ guest, tier, expiresAtMs })
  }

  #react(guest: Guest, hook: Hook): void {
    if (hook === 'release') guest.release()
    if (hook === 'offer') {
      for (const tier of TIERS) this.#offer({ tier, deadlineMs: undefined, hook: 'nothing' })
    }
    if (hook === 'cancel') for (let which = 0; which < 3; which += 1) this.#cancel(which)
    if (hook === 'update') this.#update({ queue: { maxQueued: 2, maxWaitMs: 100 } })
    if (hook === 'close') this.#close()
    if (hook === 'throw' && !guest.atOnce) {
      this.#thrown += 1
      throw new Error('hook')
    }
  }

  #cancel(which: number): void {
    const waiting = this.guests.filter(({ passage }) => passage?.state === 'queued')
    const passage = waiting[which % waiting.length]?.passage
    if (passage === undefined) return
    this.#cancelled.add(passage)
    this.#must(this.harness.admission.cancel(passage), 'a waiter can be cancelled')
    this.#must(!this.harness.admission.cancel(passage), 'but once')
  }

  /** Errors of arrivals come out of the clock, one each. */
  #advance(byMs: number): void {
    const { clock } = this.harness
    const toMs = clock.nowMs() + byMs
    for (let left = 10_000; left > 0; left -= 1) {
      try {
        clock.advanceTo(toMs)
        return
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'hook') throw error
        this.#thrown -= 1
      }
    }
  }

  #update(options: AdmissionOptions): void {
    this.#options = { ...this.#options, ...options }
    this.harness.admission.update(options)
    this.#unseen = false
  }

  #pump(forMs: number): void {
    const { admission, clock } = this.harness
    if (this.#dispatcher === undefined) return
    admission.pump(clock.nowMs() + forMs)
    // A real dispatcher asks for another turn when time was short.
    if (forMs === 0 && admission.isRunnable) this.#dispatcher.wake()
    else this.#must(!admission.isRunnable, 'a pump without an end starts all it can')
    this.#wokenAtPump = admission.isRunnable ? -1 : this.#dispatcher.woken
  }

  #drain(): void {
    const { admission } = this.harness
    this.#drains += 1
    admission.drain(() => {
      this.#idle += 1
      this.#must(admission.inFlight + admission.queued === 0, 'a drain ends with nothing left')
    })
  }

  #close(): void {
    this.#closed = true
    this.harness.admission.close()
  }

  #onEvent(event: AdmissionEvent): number {
    const { admission, limit, pressure } = this.harness
    if (event.type === 'admitted') {
      this.#must(admission.inFlight <= limit.current, 'nobody starts above the limit')
    }
    if (event.type === 'rejected') {
      this.#must(event.retryAfterMs >= 1_000 && event.retryAfterMs <= 30_000, 'retry in bounds')
      this.#must(event.waitedMs >= 0, 'nobody waits backwards')
      if (event.tier === 'critical') {
        const never = ['shed', 'evicted', 'pressure'].includes(event.reason)
        this.#must(!never, `critical is never ${event.reason}`)
      }
      this.#must(event.reason !== 'pressure' || pressure.isHard, 'pressure needs the hard line')
    }
    return 0
  }

  #check(before: AdmissionSnapshot): void {
    const { admission, clock, limit } = this.harness
    const now = admission.snapshot()
    const admitted = sum(Object.values(now.admitted))
    const rejected = sum(Object.values(now.rejected).flatMap((reasons) => Object.values(reasons)))
    const running = this.#permits.filter(({ state }) => state === 'running').length
    const waiting = this.guests.filter(({ passage }) => passage?.state === 'queued').length

    this.#must(
      admitted + rejected + now.queued === this.#offered,
      'each is admitted, refused or queued',
    )
    this.#must(now.inFlight === running, 'in flight are those that run')
    this.#must(now.queued === waiting, 'queued are those that wait')
    this.#must(now.queued === sum(Object.values(now.queuedByTier)), 'the lines add up')
    const most = Math.max(before.queued, before.maxQueued, now.maxQueued)
    this.#must(now.queued <= most, 'the room keeps its bound')
    this.#must(!this.#closed || now.queued === 0, 'nobody waits in a closed gate')
    this.#must(clock.pending <= 2 + this.#thrown, 'two timers at most')
    this.#must(!this.#closed || clock.pending === this.#thrown, 'none when closed')
    if (now.queued > 0 && now.inFlight < limit.current && !this.#unseen) {
      const asked = this.#dispatcher !== undefined && this.#dispatcher.woken > this.#wokenAtPump
      this.#must(asked, 'nobody waits while a permit is free')
    }
    for (const entry of this.#entries) this.#checkEntry(entry)
  }

  #checkEntry({ guest, expiresAtMs }: Entry): void {
    const { passage, heard, permit } = guest
    const isQueued = passage?.state === 'queued'
    const isCancelled = passage !== undefined && this.#cancelled.has(passage)
    this.#must(heard === (isQueued || isCancelled ? 0 : 1), 'each hears once')
    this.#must(!isCancelled || passage.state === 'left', 'a cancelled waiter never runs')
    if (permit !== undefined && !guest.atOnce) {
      this.#must(guest.heardAtMs < expiresAtMs, 'nobody runs at or after its expiry')
    }
    const lateMs = this.harness.clock.nowMs() - expiresAtMs
    this.#must(!isQueued || lateMs <= LATE_MS, 'whoever waited in vain hears of it')
  }

  #must(holds: boolean, what: string): void {
    if (!holds) this.wrong.push(what)
  }
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0)
}
