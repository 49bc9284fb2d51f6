import type { Clock } from '@headgate/core'
import type { AdmissionGate } from '../gate/admission-gate.ts'
import type { Random } from '../random/random.ts'
import { Attempt, type AttemptNeeds } from './attempt.ts'
import { Call } from './call.ts'
import type { Population } from './population.ts'
import { RetryTokens } from './retry-policy.ts'

export interface CallerParts {
  readonly clock: Clock
  readonly gate: Pick<AdmissionGate, 'offer' | 'leave'>
  /** A source of randomness of its own for each part of a population's behaviour. */
  readonly random: (part: string) => Random
  readonly nextId: () => number
  readonly onCall: (call: Call) => void
}

/** The clients of a population: they ask, wait as long as their patience lasts, and may ask again. */
export class Caller {
  readonly #parts: CallerParts
  readonly #population: Population
  readonly #tenants: Random
  readonly #work: Random
  readonly #delays: Random
  readonly #tokens: RetryTokens

  constructor(parts: CallerParts, population: Population) {
    this.#parts = parts
    this.#population = population
    this.#tenants = parts.random('tenants')
    this.#work = parts.random('work')
    this.#delays = parts.random('delays')
    this.#tokens = new RetryTokens(population.retry?.budgetRatio)
  }

  /** `done` hears once, when the client has its answer or has given up. */
  call(serial: number, done: (call: Call) => void = () => {}): void {
    const population = this.#population
    const name = population.tenant ?? population.anonymous
    const owner = name?.(this.#tenants, serial)
    this.#try(new Call(population, owner, this.#parts.clock.nowMs()), done)
  }

  #try(call: Call, done: (call: Call) => void): void {
    const { clock, gate } = this.#parts
    const { patienceMs, isLeavingSeen = true } = this.#population
    call.tries += 1
    let cancelPatience = (): void => {}
    const attempt = this.#newAttempt(call, (ended) => {
      if (ended.isAbandoned) return
      cancelPatience()
      if (ended.state === 'served') this.#finish(call, true, done)
      else this.#again(call, done)
    })
    if (patienceMs !== undefined) {
      cancelPatience = clock.schedule(patienceMs, () => {
        attempt.isAbandoned = true
        if (isLeavingSeen) gate.leave(attempt)
        this.#again(call, done)
      })
    }
    gate.offer(attempt)
  }

  #newAttempt(call: Call, onEnd: (attempt: Attempt) => void): Attempt {
    const { tier, cost, deadlineMs, flow, pool, tenant, work } = this.#population
    const isTenant = tenant !== undefined
    const request: AttemptNeeds['request'] = {
      tier,
      tenant: isTenant ? call.owner : undefined,
      anonymous: isTenant ? undefined : call.owner,
      flow,
      pool,
      cost,
      deadlineMs,
    }
    const workMs = work.draw(this.#work)
    const id = this.#parts.nextId()
    return new Attempt({ id, call, request, workMs, onEnd }, this.#parts.clock.nowMs())
  }

  #again(call: Call, done: (call: Call) => void): void {
    const { retry } = this.#population
    if (retry === undefined || call.tries >= retry.tries || !this.#tokens.tryTake()) {
      this.#finish(call, false, done)
      return
    }
    // Never from within the refusal: a client needs at least the time to hear of it.
    this.#parts.clock.schedule(retry.delayMs(call.tries, this.#delays), () => this.#try(call, done))
  }

  #finish(call: Call, isGood: boolean, done: (call: Call) => void): void {
    call.isGood = isGood
    call.endedMs = this.#parts.clock.nowMs()
    if (isGood) this.#tokens.onSuccess()
    this.#parts.onCall(call)
    done(call)
  }
}
