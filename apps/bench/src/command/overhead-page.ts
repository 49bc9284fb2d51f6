import type { HostName } from '../host/host-name.ts'
import type { Measured } from '../measure/retry-invalid.ts'
import type { BenchData } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import { atLeast, GOAL_HEADER, type Goal, goalRow } from './goals.ts'

/** One contestant in one round. */
export interface OverheadRound extends Measured {
  readonly host: HostName
  readonly contestant: string
  /** Whether the guard refuses everything. */
  readonly refuses: boolean
  /** Answers of either kind, in a second that it could have its core. */
  readonly perSecond: number
  readonly cpuUs: number
  /** The same in each second of warming up. */
  readonly warmUpCpuUs: readonly number[]
  /** Of that time: below 1 the client was what bounded the throughput. */
  readonly busyRatio: number
  /** Throughput, of the bare server in the same round. */
  readonly ofBare: number
  /** The bare server's CPU for a request it serves, over this one's for its. */
  readonly cpuOfBare: number
  /** Headgate's CPU for a request it serves, over this one's for its. */
  readonly cpuOfHeadgate?: number | undefined
}

export interface OverheadData extends BenchData {
  readonly rounds: readonly OverheadRound[]
}

/** Throughput with Headgate, of the bare host's. */
const MIN_OF_BARE: Readonly<Record<HostName, number>> = {
  fastify: 0.95,
  express: 0.95,
  koa: 0.95,
  node: 0.93,
}

const BY_SECOND =
  'Before that, CPU µs of a request that is served, in each second of load from the first one on: V8 compiles, and its young ' +
  'generation grows. Medians, of the seconds that every process had; then what is measured.'

/** Tables of what was served and refused, for each host, and the design's figures. */
export function overheadPage({ rounds }: OverheadData): readonly string[] {
  const hosts = [...new Set(rounds.map(({ host }) => host))]
  const goals = hosts.flatMap((host) => overheadGoals(rounds.filter((each) => each.host === host)))
  return [
    'Hello world in closed loop from 50 connections, in turns, in processes that are new for each round and measured as soon as ' +
      'they have warmed up; ratios are taken within it, to the bare host that serves. CPU is that of the whole process, over its answers: the steadier of the two. Answers are counted for each second that the ' +
      'server could have its core; `busy` is the share of it that it used: well below 1 the throughput is the client’s. A guard that refuses does so with every request. Medians, ' +
      'with least and greatest.',
    ...hosts.flatMap((host) => {
      const own = rounds.filter((each) => each.host === host)
      return [`## ${host}`, table(own), BY_SECOND, bySecond(own)]
    }),
    "## Headgate and the design's figures",
    markdownTable(GOAL_HEADER, goals.map(goalRow)),
  ]
}

function table(rounds: readonly OverheadRound[]): string {
  const header = [
    'guard',
    'answers',
    'answers / s',
    'of bare',
    'CPU µs each',
    'bare / CPU',
    'busy',
    'rounds',
  ]
  const candidates = [false, true].flatMap((refuses) => {
    const of = rounds.filter((each) => each.refuses === refuses)
    return [...new Set(of.map(({ contestant }) => contestant))]
      .sort()
      .map((name) => of.filter(({ contestant }) => contestant === name))
  })
  return markdownTable(
    header,
    candidates.map((own) => {
      const cell = (read: (round: OverheadRound) => number, digits: number): string =>
        formatSpread(own.map(read), digits)
      return [
        own[0]?.contestant ?? '',
        own[0]?.refuses ? 'refused' : 'served',
        cell(({ perSecond }) => perSecond, 0),
        cell(({ ofBare }) => ofBare, 3),
        cell(({ cpuUs }) => cpuUs, 1),
        cell(({ cpuOfBare }) => cpuOfBare, 3),
        cell(({ busyRatio }) => busyRatio, 2),
        String(own.length),
      ]
    }),
  )
}

/** What it costs until a process has come to rest. */
function bySecond(rounds: readonly OverheadRound[]): string {
  const served = rounds.filter(({ refuses }) => !refuses)
  const seconds = Math.min(...served.map(({ warmUpCpuUs }) => warmUpCpuUs.length))
  const columns = Array.from({ length: seconds }, (_, second) => second)
  const header = ['guard', ...columns.map((second) => String(second + 1)), 'then']
  const names = [...new Set(served.map(({ contestant }) => contestant))].sort()
  return markdownTable(
    header,
    names.map((name) => {
      const own = served.filter(({ contestant }) => contestant === name)
      const cell = (read: (round: OverheadRound) => number | undefined): string =>
        spreadOf(own.map(read))?.median.toFixed(1) ?? '–'
      return [
        name,
        ...columns.map((second) => cell(({ warmUpCpuUs }) => warmUpCpuUs[second])),
        cell(({ cpuUs }) => cpuUs),
      ]
    }),
  )
}

/** Of one host: throughput and CPU of Headgate that lets everything through; under Fastify, beside its peer as well. */
export function overheadGoals(rounds: readonly OverheadRound[]): readonly Goal[] {
  const host = rounds[0]?.host
  if (host === undefined) return []
  const least = MIN_OF_BARE[host]
  return ['headgate', 'headgate-guard'].flatMap((name) => {
    const throughput = median(rounds, name, ({ ofBare }) => ofBare)
    const cpu = median(rounds, name, ({ cpuOfBare }) => cpuOfBare)
    if (throughput === undefined || cpu === undefined) return []
    const peer = median(rounds, 'under-pressure', ({ ofBare }) => ofBare)
    return [
      atLeast(`${host}, ${name}: throughput / bare`, throughput, least),
      atLeast(`${host}, ${name}: CPU of bare / CPU`, cpu, least),
      ...(peer === undefined
        ? []
        : [atLeast(`${host}, ${name}: throughput / under-pressure's`, throughput / peer, 1)]),
    ]
  })
}

function median(
  rounds: readonly OverheadRound[],
  name: string,
  read: (round: OverheadRound) => number,
): number | undefined {
  const own = rounds.filter(({ contestant, refuses }) => contestant === name && !refuses)
  return spreadOf(own.map(read))?.median
}
