/** One thing to measure: `run` does it `times` times. */
export interface Case {
  readonly name: string
  readonly run: (times: number) => Promise<void> | void
}

export interface Result {
  readonly name: string
  /** Median of the rounds, and their extremes. */
  readonly nsPerOp: number
  readonly leastNs: number
  readonly mostNs: number
}

const ROUNDS = 7
const WARM_UP_ROUNDS = 2
const TIMES = 20_000

/** In turns, so that a slow moment of the machine hits all cases alike. */
export async function measureAll(cases: readonly Case[]): Promise<Result[]> {
  const rounds = new Map<Case, number[]>(cases.map((it) => [it, []]))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const it of cases) {
      const begin = process.hrtime.bigint()
      await it.run(TIMES)
      const ns = Number(process.hrtime.bigint() - begin) / TIMES
      if (round >= 0) rounds.get(it)?.push(ns)
    }
  }
  return [...rounds].map(([{ name }, times]) => {
    const sorted = times.sort((a, b) => a - b)
    const at = (index: number): number => sorted.at(index) ?? Number.NaN
    return { name, nsPerOp: at(sorted.length >> 1), leastNs: at(0), mostNs: at(-1) }
  })
}

/** With the time of each as a multiple of the first. */
export function formatTable(title: string, results: readonly Result[]): string {
  const base = results[0]?.nsPerOp ?? Number.NaN
  const rows = results.map(({ name, nsPerOp, leastNs, mostNs }) => {
    const spread = `${leastNs.toFixed(0)}–${mostNs.toFixed(0)}`
    return `${name.padEnd(44)} ${nsPerOp.toFixed(0).padStart(7)} ${spread.padStart(14)} ${(nsPerOp / base).toFixed(2).padStart(7)}`
  })
  const head = `${title.padEnd(44)} ${'ns/op'.padStart(7)} ${'least–most'.padStart(14)} ${'ratio'.padStart(7)}`
  return `${head}\n${rows.join('\n')}\n\n`
}
