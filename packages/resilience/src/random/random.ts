/** Uniform from 0, below 1, as `Math.random`. */
export type Random = () => number

/** One draw. What is out of range counts as 0, so that a broken source can lengthen no wait without end. */
export function drawFraction(random: Random): number {
  const drawn = random()
  return drawn >= 0 && drawn < 1 ? drawn : 0
}
