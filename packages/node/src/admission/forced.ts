import type { Rejection } from '@headgate/core'

/** What tests of a service have an admission say, whatever is true. Of each, the one set last counts. */
export class Forced {
  #rejection: Rejection | undefined = undefined
  #pressure: { readonly level: number } | undefined = undefined

  get rejection(): Rejection | undefined {
    return this.#rejection
  }

  /** 0 to 1. */
  get pressure(): number | undefined {
    return this.#pressure?.level
  }

  /** Every request gets it until the function returned is called. */
  reject(rejection: Rejection): () => void {
    this.#rejection = rejection
    return () => {
      if (this.#rejection === rejection) this.#rejection = undefined
    }
  }

  /** Pressure stays there until the function returned is called. */
  press(level: number): () => void {
    const pressure = { level }
    this.#pressure = pressure
    return () => {
      if (this.#pressure === pressure) this.#pressure = undefined
    }
  }
}
