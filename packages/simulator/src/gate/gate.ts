/** How a request ended: `refused` on arrival, `expired` while it waited for a permit, or `served`. */
export type Ending =
  | { readonly kind: 'refused'; readonly arrivedMs: number }
  | { readonly kind: 'expired'; readonly arrivedMs: number }
  | {
      readonly kind: 'served'
      readonly arrivedMs: number
      /** From arrival to answer. */
      readonly latencyMs: number
      /** From permit to answer. */
      readonly servedMs: number
      /** The work alone, as if nobody else had been there. */
      readonly workMs: number
    }

/** What stands in front of a service and decides who gets in. */
export interface Gate {
  arrive(): void
}
