/**
 * Prints target and result of each row of the table of figures, over several seeds; fails when one is short.
 *
 *     node dist/bench/figures.bench.js [seeds] [words of names …]
 */
import { FIGURES, type Figure, type Measure } from '../src/index.ts'

const [seedCount = '5', ...words] = process.argv.slice(2)
const seeds = Array.from({ length: Number(seedCount) }, (_, index) => index + 1)
const chosen = FIGURES.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
)
let short = 0
print('| figure | what | goal | least | most | |')
print('|---|---|---|---|---|---|')
for (const figure of chosen) show(figure)
print(`\n${chosen.length} figures, ${seeds.length} seeds, ${short} short`)
process.exitCode = short > 0 || chosen.length === 0 ? 1 : 0

function show(figure: Figure): void {
  const runs = seeds.map((seed) => figure.measure(seed, figure.seconds))
  const [first = []] = runs
  first.forEach((measure, index) => {
    showRow(
      figure.name,
      measure,
      runs.map((run) => run[index] as Measure),
    )
  })
}

function showRow(name: string, { what, goal }: Measure, measures: readonly Measure[]): void {
  const values = measures.map(({ value }) => value)
  const isReached = measures.every((measure) => measure.isReached)
  if (!isReached) short += 1
  const ends = [Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(5))
  print(`| ${[name, what, goal, ...ends, isReached ? 'reached' : '**short**'].join(' | ')} |`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
