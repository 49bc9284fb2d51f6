import { closedLoop } from '../measure/closed-loop.ts'
import { stolenReasons } from '../measure/invalid-reasons.ts'
import { type Measured, retryInvalid } from '../measure/retry-invalid.ts'
import type { BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread } from '../report/spread.ts'
import { ServerProcess } from '../server/server-process.ts'
import { usageBetween } from '../server/server-usage.ts'
import { helloWorkload } from '../workload/hello-workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'

const MIN_ROUNDS = 5
const WARM_UP_MS = 2000
/** Refuse everything, to show what a refusal costs. */
const CLOSED = ['static:0', 'under-pressure-closed', 'headgate-closed']

interface Throughput extends Measured {
  /** Answers of either kind: what is served, or what is refused by those that refuse everything. */
  readonly perSecond: number
  readonly cpuUs: number
}

/** One contestant in one round. */
interface OverheadRound extends Throughput {
  readonly contestant: string
  /** Of the bare server in the same round. */
  readonly ofBare: number
}

/** Throughput of hello world with and without each guard, and the CPU of serving and of refusing a request. */
export async function overheadCommand(options: CommandOptions): Promise<BenchResult> {
  const open = ['bare', ...options.contestants.filter((name) => name !== 'bare')]
  const closed = CLOSED.filter((name) => open.some((each) => isSameGuard(each, name)))
  const servers = new Map<string, ServerProcess>()
  try {
    for (const contestant of [...open, ...closed]) {
      servers.set(contestant, await startWarm(contestant, options.seed))
    }
    const rounds: OverheadRound[] = []
    for (let round = 0; round < Math.max(MIN_ROUNDS, options.repeats); round++) {
      rounds.push(...(await measureRound(servers, round, options)))
    }
    return result(rounds, open, closed)
  } finally {
    for (const server of servers.values()) await server.stop()
  }
}

function isSameGuard(open: string, closed: string): boolean {
  return closed.split(/[:-]/)[0] === open.split(/[:-]/)[0]
}

async function startWarm(contestant: string, seed: number): Promise<ServerProcess> {
  const server = await ServerProcess.start({ contestant, workload: helloWorkload.name, seed })
  // Also the time a guard that samples needs to close.
  if (CLOSED.includes(contestant)) await server.hold()
  await load(server, WARM_UP_MS)
  return server
}

async function load(server: ServerProcess, durationMs: number): ReturnType<typeof closedLoop> {
  const { targets, closedLoopConnections: connections } = helloWorkload
  return await closedLoop({ url: server.url, targets, connections, durationMs })
}

async function measureRound(
  servers: ReadonlyMap<string, ServerProcess>,
  round: number,
  options: CommandOptions,
): Promise<readonly OverheadRound[]> {
  const measured: (Throughput & { readonly contestant: string })[] = []
  for (const [contestant, server] of alternate([...servers], round)) {
    const throughput = await retryInvalid(options.attempts, () =>
      measure(server, options.seconds * 1000),
    )
    const { perSecond, cpuUs } = throughput
    progress(`round ${round + 1} ${contestant}: ${perSecond.toFixed(0)}/s, ${cpuUs.toFixed(1)} µs`)
    if (throughput.invalidReasons.length === 0) measured.push({ contestant, ...throughput })
  }
  const bare = measured.find(({ contestant }) => contestant === 'bare')
  // Without the bare server there is nothing to compare with in this round.
  if (bare === undefined) return []
  return measured.map((each) => ({ ...each, ofBare: each.perSecond / bare.perSecond }))
}

async function measure(server: ServerProcess, durationMs: number): Promise<Throughput> {
  const from = (await server.usage()).at(-1)?.atEpochMs ?? 0
  const { servedPerSecond, otherPerSecond } = await load(server, durationMs)
  const readings = await server.usage()
  const { cpuMs, stolenMs } = usageBetween(readings, from, readings.at(-1)?.atEpochMs ?? 0)
  const perSecond = servedPerSecond + otherPerSecond
  return {
    perSecond,
    cpuUs: (cpuMs * 1e6) / (perSecond * durationMs),
    invalidReasons: stolenReasons('closed loop', stolenMs / durationMs),
  }
}

function result(
  rounds: readonly OverheadRound[],
  open: readonly string[],
  closed: readonly string[],
): BenchResult {
  const count = rounds.filter(({ contestant }) => contestant === 'bare').length
  return {
    name: 'overhead',
    title: 'Overhead of a guard that lets everything through, and cost of a refusal',
    sections: [
      `Hello world in closed loop, ${count} rounds in turns; the ratio is taken within each round. Medians, with least and greatest.`,
      '## Served',
      table(rounds, open),
      '## Refused',
      'Each of these refuses every request, as the guard in question does it.',
      table(rounds, closed),
    ],
    data: { rounds },
  }
}

function table(rounds: readonly OverheadRound[], contestants: readonly string[]): string {
  return markdownTable(
    ['guard', 'answers / s', 'of bare', 'CPU µs each'],
    contestants.map((name) => {
      const own = rounds.filter(({ contestant }) => contestant === name)
      return [
        name,
        formatSpread(
          own.map(({ perSecond }) => perSecond),
          0,
        ),
        formatSpread(
          own.map(({ ofBare }) => ofBare),
          3,
        ),
        formatSpread(
          own.map(({ cpuUs }) => cpuUs),
          1,
        ),
      ]
    }),
  )
}
