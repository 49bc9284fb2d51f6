import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { forkPinned } from '@headgate/loadgen'
import type { HostName } from '../host/host-name.ts'
import type { MessagesResult } from '../messages/time-messages.ts'
import type { BenchData, BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import { SERVER_CPU } from '../server/server-process.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'

const CONTESTANTS = ['bare', 'headgate', 'headgate-guard']
/** Its one gate stands before the listener. */
const CONTESTANTS_OF_NODE = ['bare', 'headgate']
const PROCESS = fileURLToPath(new URL('../messages/messages-process.js', import.meta.url))

interface MessagesRun {
  readonly host: HostName
  readonly contestant: string
  /** Median of the rounds of one process. */
  readonly nsEach: number
  readonly unserved: number
}

interface MessagesData extends BenchData {
  readonly runs: readonly MessagesRun[]
}

/** What a guard adds to a request where there are no sockets. */
export async function messagesCommand({
  hosts,
  contestants,
  repeats,
}: CommandOptions): Promise<BenchResult<MessagesData>> {
  const runs: MessagesRun[] = []
  for (const host of hosts) {
    const usual = host === 'node' ? CONTESTANTS_OF_NODE : CONTESTANTS
    const asked = contestants.length === 0 ? usual : contestants
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const contestant of alternate(asked, repeat)) {
        const run = await timeProcess(host, contestant)
        progress(`${host} ${contestant}: ${run.nsEach.toFixed(0)} ns`)
        runs.push(run)
      }
    }
  }
  return { name: 'messages', title: 'Hello world without sockets', data: { runs }, sections }
}

async function timeProcess(host: HostName, contestant: string): Promise<MessagesRun> {
  const child = forkPinned(PROCESS, { cpu: SERVER_CPU, args: [host, contestant] })
  const end = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of ${contestant} under ${host} ended with ${code}`)
  })
  const [{ nsEach, unserved }] = (await Promise.race([once(child, 'message'), end])) as [
    MessagesResult,
  ]
  return { host, contestant, nsEach: spreadOf(nsEach)?.median ?? 0, unserved }
}

function sections({ runs }: MessagesData): readonly string[] {
  const hosts = [...new Set(runs.map(({ host }) => host))]
  return [
    'Nanoseconds from the event `request` to the end of the response, 45 requests in each turn of the event loop, in turns, in processes that are new for ' +
      'each run: no parser, no socket, no system call. Medians of processes, with least and greatest, of which each is a median of five rounds.',
    ...hosts.flatMap((host) => [`## ${host}`, table(runs.filter((run) => run.host === host))]),
  ]
}

function table(runs: readonly MessagesRun[]): string {
  const nsOf = (wanted: string): readonly number[] =>
    runs.filter(({ contestant }) => contestant === wanted).map(({ nsEach }) => nsEach)
  const bareNs = spreadOf(nsOf('bare'))?.median
  return markdownTable(
    ['guard', 'ns', 'more than bare', 'not served', 'runs'],
    [...new Set(runs.map(({ contestant }) => contestant))].map((contestant) => {
      const ns = nsOf(contestant)
      const moreNs = (spreadOf(ns)?.median ?? 0) - (bareNs ?? 0)
      const unserved = runs
        .filter((run) => run.contestant === contestant)
        .reduce((sum, run) => sum + run.unserved, 0)
      const isTold = bareNs !== undefined && contestant !== 'bare'
      return [
        contestant,
        formatSpread(ns, 0),
        isTold ? moreNs.toFixed(0) : '–',
        String(unserved),
        String(ns.length),
      ]
    }),
  )
}
