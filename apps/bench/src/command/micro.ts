import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MicroResult } from '../micro/micro-case.ts'
import { permitCases } from '../micro/permit-cases.ts'
import { refusalCases } from '../micro/refusal-cases.ts'
import { timeCase } from '../micro/time-case.ts'
import type { BenchData, BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread } from '../report/spread.ts'

interface MicroData extends BenchData {
  readonly rounds: readonly MicroResult[]
  /** What the core's own benchmark printed. */
  readonly core: readonly string[]
}

/** Nanoseconds of single operations, of the core's and of other libraries', in this process. */
export async function microCommand(): Promise<BenchResult<MicroData>> {
  const rounds: MicroResult[] = []
  for (const each of [...permitCases(), ...refusalCases()]) {
    rounds.push(...(await timeCase(each)))
    progress(each.name)
  }
  return {
    name: 'micro',
    title: 'Micro-benchmarks',
    data: { rounds, core: [coreBenchmark()] },
    sections: microPage,
  }
}

function microPage({ rounds, core }: MicroData): readonly string[] {
  const tasks = [...new Set(rounds.map(({ task }) => task))]
  return [
    'Nanoseconds for each operation, one after the other, of 100,000. Medians of rounds, with least and greatest. ' +
      '`run` of @headgate/node starts work in the check phase: one after the other, each takes a turn of the loop.',
    ...tasks.flatMap((task) => [
      `## ${task[0]?.toUpperCase()}${task.slice(1)}`,
      table(rounds.filter((each) => each.task === task)),
    ]),
    "## The core's own",
    'By `packages/core/bench/admission.bench.ts`. The goals: at most 150 ns for `tryAcquire` + `release` (stretch 60) and no ' +
      'allocation but the permit; at most 1,500 ns queued.',
    `\`\`\`\n${core.at(-1)?.trim()}\n\`\`\``,
  ]
}

function table(rounds: readonly MicroResult[]): string {
  const names = [...new Set(rounds.map(({ name }) => name))]
  return markdownTable(
    ['what', 'ns'],
    names.map((wanted) => [
      wanted,
      formatSpread(
        rounds.filter(({ name }) => name === wanted).map(({ nsPerOp }) => nsPerOp),
        0,
      ),
    ]),
  )
}

/** In a process of its own: it counts bytes, which needs Node's collector at hand. */
function coreBenchmark(): string {
  const manifest = import.meta.resolve('@headgate/core/package.json')
  const file = fileURLToPath(new URL('./dist/bench/admission.bench.js', manifest))
  return execFileSync(process.execPath, ['--expose-gc', file], { encoding: 'utf8' })
}
