/** A source of randomness: each call gives the next number from 0 up to, but not, 1. */
export type Random = () => number
