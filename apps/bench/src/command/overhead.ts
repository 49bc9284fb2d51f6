import { setTimeout as sleep } from 'node:timers/promises'
import type { HostName } from '../host/host-name.ts'
import { stolenReasons } from '../measure/invalid-reasons.ts'
import { retryInvalid } from '../measure/retry-invalid.ts'
import { saturate } from '../measure/saturation.ts'
import type { BenchResult } from '../report/bench-result.ts'
import { progress } from '../report/progress.ts'
import { ServerProcess } from '../server/server-process.ts'
import { usageBetween } from '../server/server-usage.ts'
import { helloWorkload } from '../workload/hello-workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'
import { type OverheadData, type OverheadRound, overheadPage } from './overhead-page.ts'

/**
 * What goes through so many requests is compiled, and the young generation has grown to what it needs: after 40,000, V8 still
 * spent 5 to 8 us a request on that, and up to 300,000 now and then 1 us for a whole second, most where there is most code.
 * Slow hosts are not waited for longer than this.
 */
const WARM_UP_REQUESTS = 500_000
const WARM_UP_MS = 1000
const MAX_WARM_UPS = 12
/** Longer than the guards that sample take to see that they are to refuse. */
const SETTLE_MS = 500

/** CPU for a request is the same where others have some of the core. */
const MAX_STOLEN_RATIO = 0.2
/** A standstill of the machine has a guard refuse some, and rightly so. */
const MAX_WRONG_RATIO = 0.02

/** With a fixed limit that nothing meets: what the simplest guard costs. */
const GUARDS: Readonly<Record<HostName, readonly string[]>> = {
  fastify: ['under-pressure', 'static:1000', 'headgate', 'headgate-guard'],
  express: ['static:1000', 'headgate', 'headgate-guard'],
  koa: ['static:1000', 'headgate', 'headgate-guard'],
  node: ['headgate'],
}

/** Throughput of hello world with and without each guard, and the CPU of serving and of refusing a request. */
export async function overheadCommand(options: CommandOptions): Promise<BenchResult<OverheadData>> {
  const rounds: OverheadRound[] = []
  for (const host of options.hosts) rounds.push(...(await measureHost(host, options)))
  return {
    name: 'overhead',
    title: 'Overhead of a guard that lets everything through, and cost of a refusal',
    data: { rounds },
    sections: overheadPage,
  }
}

interface Candidate {
  readonly host: HostName
  readonly contestant: string
  readonly refuses: boolean
}

interface HostOptions {
  /** Whether it is measured what a refusal costs, too. */
  readonly refusals: boolean
  /** Options of Node.js, for each server. */
  readonly execArgv: readonly string[]
}

/**
 * Every contestant in turns, on one host: each round with processes of its own, for the same code is compiled
 * differently in each, by up to a tenth of its time.
 */
export async function measureHost(
  host: HostName,
  options: CommandOptions,
  hostOptions: HostOptions = { refusals: true, execArgv: [] },
): Promise<readonly OverheadRound[]> {
  const candidates = candidatesOf(host, options.contestants, hostOptions.refusals)
  const rounds: OverheadRound[] = []
  for (let round = 0; round < options.repeats; round++) {
    const measured: Throughput[] = []
    for (const candidate of alternate(candidates, options.seed + round)) {
      const throughput = await measureCandidate(candidate, options, hostOptions.execArgv)
      if (throughput.invalidReasons.length === 0) measured.push(throughput)
    }
    rounds.push(...withRatios(measured))
  }
  return rounds
}

function candidatesOf(
  host: HostName,
  contestants: readonly string[],
  refusals: boolean,
): readonly Candidate[] {
  const guards = contestants.length > 0 ? contestants : GUARDS[host]
  const candidates: Candidate[] = [{ host, contestant: 'bare', refuses: false }]
  for (const contestant of guards.filter((name) => name !== 'bare')) {
    candidates.push({ host, contestant, refuses: false })
    if (refusals) candidates.push({ host, contestant, refuses: true })
  }
  return candidates
}

/**
 * Right after it has warmed up: of a server that stands still for some seconds V8 takes the young generation back, and the
 * first seconds after that cost up to a tenth more, most where there is most garbage.
 */
async function measureCandidate(
  candidate: Candidate,
  { seed, seconds, attempts }: CommandOptions,
  execArgv: readonly string[],
): Promise<Throughput> {
  const { host, contestant, refuses } = candidate
  const server = await ServerProcess.start({ host, contestant, workload: 'hello', seed }, execArgv)
  try {
    if (refuses) await refuseAll(server)
    const warmUpCpuUs = await warmUp(server)
    const throughput = await retryInvalid(attempts, async () => ({
      ...candidate,
      warmUpCpuUs,
      ...(await measure(server, refuses, seconds * 1000)),
    }))
    const { perSecond, cpuUs, invalidReasons } = throughput
    const what = `${host} ${contestant}${refuses ? ' refusing' : ''}`
    progress(`${what}: ${perSecond.toFixed(0)}/s, ${cpuUs.toFixed(1)} µs ${invalidReasons.join()}`)
    return throughput
  } finally {
    await server.stop()
  }
}

async function refuseAll(server: ServerProcess): Promise<void> {
  await server.refuseAll(0)
  await sleep(SETTLE_MS)
}

async function warmUp(server: ServerProcess): Promise<readonly number[]> {
  const cpuUs: number[] = []
  let answered = 0
  for (let turn = 0; turn < MAX_WARM_UPS && answered < WARM_UP_REQUESTS; turn++) {
    const second = await loadMeasured(server, WARM_UP_MS)
    cpuUs.push(second.cpuUs)
    answered += second.answers
  }
  return cpuUs
}

async function load(server: ServerProcess, durationMs: number): ReturnType<typeof saturate> {
  const { closedLoopConnections: connections } = helloWorkload
  return await saturate({ url: server.url, path: '/', connections, until: sleep(durationMs) })
}

/** What the server used meanwhile, and how it answered. */
async function loadMeasured(server: ServerProcess, durationMs: number) {
  const from = (await server.usage()).at(-1)?.atEpochMs ?? 0
  const { servedPerSecond, otherPerSecond } = await load(server, durationMs)
  const readings = await server.usage()
  const until = readings.at(-1)?.atEpochMs ?? 0
  const { cpuMs, stolenMs } = usageBetween(readings, from, until)
  const answers = ((servedPerSecond + otherPerSecond) * durationMs) / 1000
  const tookMs = until - from
  return {
    ...{ servedPerSecond, otherPerSecond, answers, stolenRatio: stolenMs / tookMs },
    cpuUs: (cpuMs * 1000) / answers,
    busyRatio: cpuMs / (tookMs - stolenMs),
  }
}

type Throughput = Omit<OverheadRound, 'ofBare' | 'cpuOfBare' | 'cpuOfHeadgate'>

/** Of one round; none without the bare server, as there is nothing to compare with then. */
function withRatios(measured: readonly Throughput[]): readonly OverheadRound[] {
  const bare = measured.find(({ contestant }) => contestant === 'bare')
  if (bare === undefined) return []
  const headgate = measured.find(({ contestant, refuses }) => contestant === 'headgate' && !refuses)
  return measured.map((each) => ({
    ...each,
    cpuOfHeadgate: headgate && headgate.cpuUs / each.cpuUs,
    ofBare: each.perSecond / bare.perSecond,
    cpuOfBare: bare.cpuUs / each.cpuUs,
  }))
}

async function measure(server: ServerProcess, refuses: boolean, durationMs: number) {
  const { servedPerSecond, otherPerSecond, stolenRatio, cpuUs, busyRatio } = await loadMeasured(
    server,
    durationMs,
  )
  // Of the time that the server could have had its core.
  const perSecond = (servedPerSecond + otherPerSecond) / (1 - stolenRatio)
  const wrong = refuses ? servedPerSecond : otherPerSecond
  return {
    ...{ perSecond, cpuUs, busyRatio },
    invalidReasons: [
      ...stolenReasons('closed loop', stolenRatio, MAX_STOLEN_RATIO),
      ...(wrong > perSecond * MAX_WRONG_RATIO
        ? [`${wrong.toFixed(0)}/s were answered otherwise`]
        : []),
    ],
  }
}
