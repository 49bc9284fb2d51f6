import type { BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import type { CommandOptions } from './command-options.ts'
import { atLeast, GOAL_HEADER, goalRow } from './goals.ts'
import { measureHost } from './overhead.ts'
import type { OverheadData, OverheadRound } from './overhead-page.ts'

const WATCHED = ['headgate-prometheus', 'headgate-otel', 'headgate-telemetry']
const LEAST_OF_HEADGATE = 0.98
/**
 * V8 lets the young generation grow by how much survives in it: where more is imported it is larger, and
 * everything a tenth faster, which would hide what is looked for here.
 */
const SAME_YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=16']

/** What metrics and traces take of hello world's CPU: each alone and both, in turns with Headgate without. */
export async function telemetryCommand(
  options: CommandOptions,
): Promise<BenchResult<OverheadData>> {
  const contestants = ['headgate', ...WATCHED]
  const rounds: OverheadRound[] = []
  for (const host of options.hosts) {
    const measured = await measureHost(
      host,
      { ...options, contestants },
      { refusals: false, execArgv: SAME_YOUNG_GENERATION },
    )
    rounds.push(...measured)
  }
  return {
    name: 'telemetry',
    title: 'Overhead of Prometheus and OpenTelemetry',
    data: { rounds },
    sections: telemetryPage,
  }
}

export function telemetryPage({ rounds }: OverheadData): readonly string[] {
  const hosts = [...new Set(rounds.map(({ host }) => host))]
  return [
    'Hello world in closed loop from 50 connections, in turns, in processes that are new for each round and have a young ' +
      'generation of the same size, semi-spaces of 16 MiB. CPU is that of the whole process over its answers, ratios are taken ' +
      'within each round, to Headgate without telemetry. Everything is collected every five seconds; every span is sampled and ' +
      'batched, and sent nowhere. Medians, with least and greatest.',
    ...hosts.flatMap((host) => {
      const own = rounds.filter((round) => round.host === host)
      return [`## ${host}`, table(own), markdownTable(GOAL_HEADER, goalsOf(own).map(goalRow))]
    }),
  ]
}

function table(rounds: readonly OverheadRound[]): string {
  const names = ['bare', 'headgate', ...WATCHED]
  const header = ['', 'CPU µs each', "Headgate's CPU / CPU", 'answers / s', 'rounds']
  const rows = names.map((name) => {
    const own = rounds.filter(({ contestant }) => contestant === name)
    return [
      name,
      formatSpread(
        own.map(({ cpuUs }) => cpuUs),
        1,
      ),
      formatSpread(ratiosOf(own), 3),
      formatSpread(
        own.map(({ perSecond }) => perSecond),
        0,
      ),
      String(own.length),
    ]
  })
  return markdownTable(header, rows)
}

function goalsOf(rounds: readonly OverheadRound[]) {
  return WATCHED.flatMap((name) => {
    const own = rounds.filter(({ contestant }) => contestant === name)
    const median = spreadOf(ratiosOf(own))?.median
    return median === undefined
      ? []
      : [atLeast(`${name}: Headgate's CPU / CPU`, median, LEAST_OF_HEADGATE)]
  })
}

/** Of the rounds in which Headgate without telemetry was measured as well. */
function ratiosOf(rounds: readonly OverheadRound[]): readonly number[] {
  return rounds.flatMap(({ cpuOfHeadgate }) => cpuOfHeadgate ?? [])
}
