/** A value that a simulation came to, and whether it is what was asked for. */
export interface Measure {
  readonly what: string
  readonly value: number
  readonly goal: string
  readonly isReached: boolean
}

export function atLeast(what: string, value: number, least: number): Measure {
  return { what, value, goal: `>= ${least}`, isReached: value >= least }
}

export function atMost(what: string, value: number, most: number): Measure {
  return { what, value, goal: `<= ${most}`, isReached: value <= most }
}

/** Within `ratio` of `expected`. */
export function within(what: string, value: number, range: readonly [number, number]): Measure {
  const [expected, ratio] = range
  const isReached = Math.abs(value - expected) <= ratio * expected
  return { what, value, goal: `${expected} +- ${ratio * 100} %`, isReached }
}
