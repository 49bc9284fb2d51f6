/** One thing to measure: `run` does it `times` times. */
export interface Case {
  readonly name: string
  readonly run: (times: number) => void
  /** Operations of a round. Default 200,000. */
  readonly times?: number
}

export interface Result {
  readonly name: string
  /** Median of the rounds, and their extremes. */
  readonly nsPerOp: number
  readonly leastNs: number
  readonly mostNs: number
  /** `undefined` without `--expose-gc`. */
  readonly bytesPerOp: number | undefined
}

const ROUNDS = 9
const WARM_UP_ROUNDS = 4
const TIMES = 200_000
/** Few enough to fit into the young generation: a collection in between would hide what was allocated. */
const HEAP_TIMES = 10_000

export function measure({ name, run, times = TIMES }: Case): Result {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) run(times)
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begin = process.hrtime.bigint()
    run(times)
    return Number(process.hrtime.bigint() - begin) / times
  }).sort((a, b) => a - b)
  return {
    name,
    nsPerOp: median(rounds),
    leastNs: rounds[0] as number,
    mostNs: rounds.at(-1) as number,
    bytesPerOp: measureHeap(run),
  }
}

function measureHeap(run: Case['run']): number | undefined {
  const { gc } = globalThis
  if (gc === undefined) return undefined
  const deltas = Array.from({ length: 5 }, () => {
    gc()
    const before = process.memoryUsage().heapUsed
    run(HEAP_TIMES)
    return (process.memoryUsage().heapUsed - before) / HEAP_TIMES
  })
  return median(deltas.sort((a, b) => a - b))
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] as number
}

export function formatTable(results: readonly Result[]): string {
  const rows = results.map(({ name, nsPerOp, leastNs, mostNs, bytesPerOp }) => [
    name,
    nsPerOp.toFixed(1),
    `${leastNs.toFixed(1)}–${mostNs.toFixed(1)}`,
    bytesPerOp === undefined ? '?' : bytesPerOp.toFixed(0),
  ])
  const all = [['', 'ns/op', 'least–most', 'bytes/op'], ...rows]
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  )
  const lines = all.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] as number, column)).join('  '),
  )
  return `${lines.join('\n')}\n`
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}
