import type { Test } from 'tap'
import type { Figure } from '../../src/index.ts'

/** One is enough for what a change broke; five are for judging. */
const SEEDS = [1]

/**
 * Short forms of figures; `bench/figures.bench.ts` runs them at full length and over more seeds. What is
 * in `open` has not been reached yet: it is told, and does not fail.
 */
export function checkFigures(
  t: Test,
  figures: readonly Figure[],
  open: readonly string[] = [],
): void {
  for (const { name, about, shortSeconds, measure } of figures) {
    t.test(`${name}: ${about}`, async (t) => {
      for (const seed of SEEDS) {
        for (const { what, value, goal, isReached } of measure(seed, shortSeconds)) {
          const text = `seed ${seed}: ${what} ${value}, goal ${goal}`
          if (open.includes(`${name}: ${what}`)) t.comment(`open: ${text}`)
          else t.ok(isReached, text)
        }
      }
    })
  }
}
