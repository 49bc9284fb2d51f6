import type { Flow } from '../fairness/flow.ts'
import { checkKnownOptions, checkOneOf } from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import type { Clock } from '../time/clock.ts'
import { BUCKET_OPTION_NAMES, resolveBucket } from './bucket-options.ts'
import { RateKeeper, type RateRefusal } from './rate-keeper.ts'

/** How many requests may come, whatever the service could carry. */
export interface RateOptions {
  /** Tokens that come in a second; a request takes as many as its cost. Above 0, up to 1,000,000. */
  readonly refillPerSecond: number
  /** Most tokens that can be taken at once. Integer from 1. Default: what comes in a second, at least 1. */
  readonly burst?: number | undefined
  /** Whose rate it is: that of each named tenant, or of all requests together. Default `all`. */
  readonly per?: 'tenant' | 'all' | undefined
}

const NAMES: readonly string[] = [
  ...BUCKET_OPTION_NAMES.filter((name) => name !== 'maxWaitMs'),
  'per',
]

/** The rates, one for each kind of `per`. */
export type ResolvedRates = { readonly [Per in 'tenant' | 'all']?: RateOptions }

/** @throws {InvalidOptionError} when an option is missing, unknown, of the wrong type, or out of range. */
export function resolveRates(
  rate: RateOptions | readonly RateOptions[] | undefined,
): ResolvedRates | undefined {
  if (rate === undefined) return undefined
  const rates: { tenant?: RateOptions; all?: RateOptions } = {}
  for (const each of Array.isArray(rate) ? (rate as readonly RateOptions[]) : [rate]) {
    checkKnownOptions('rate', each, NAMES)
    const { per = 'all', ...bucket } = each as RateOptions
    checkOneOf('rate.per', per, ['tenant', 'all'])
    if (rates[per] !== undefined) {
      throw new InvalidOptionError('rate.per', 'different in each of several rates', per)
    }
    resolveBucket('rate', bucket)
    rates[per] = bucket
  }
  return rates
}

/**
 * Asks whether a request comes within the rates, before it is asked whether there is room for it. What
 * it took is given back when it is then refused. O(1).
 */
export class RateGate {
  readonly #clock: Clock
  #keeper: RateKeeper | undefined = undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** With full buckets. */
  update(rates: ResolvedRates | undefined): void {
    this.#keeper = rates === undefined ? undefined : new RateKeeper(this.#clock, rates)
  }

  /** Takes a request's tokens and returns undefined, or takes none and says whose rate is used up. */
  take({ group }: Flow, cost: number): RateRefusal | undefined {
    return this.#keeper?.tryTake(group.isTenant ? group.name : undefined, cost)
  }

  giveBack({ group }: Flow, cost: number): void {
    this.#keeper?.giveBack(group.isTenant ? group.name : undefined, cost)
  }
}
