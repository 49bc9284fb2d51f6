import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, ask } from './ask.ts'
import { Balancer, type RollingBalancer } from './balancer.ts'
import { Haproxy } from './haproxy.ts'
import { until } from './until.ts'

const CLIENTS = 12
const THINK_MS = 10

export interface RollingOptions {
  /** A script that serves `/readyz` and `/work` on a free port, and sends `{ port }` once it listens. */
  readonly script: string
  readonly env?: Readonly<Record<string, string>>
  readonly restarts: number
  /** Where HAProxy's executable is, to have it before the processes. Default a small balancer of the test. */
  readonly haproxy?: string | undefined
}

export interface RollingReport {
  readonly restarts: number
  /** Requests that were answered with 200. */
  readonly served: number
  /** What happened to each of those that were not. */
  readonly losses: readonly string[]
  /** With what each process ended. */
  readonly exits: readonly unknown[]
}

interface Process {
  readonly child: ChildProcess
  readonly port: number
}

/** Restarts two processes behind a balancer in turn, under load, and counts what clients lose by it. */
export async function rollingRestarts(options: RollingOptions): Promise<RollingReport> {
  const { haproxy } = options
  const balancer = haproxy === undefined ? await Balancer.open() : await Haproxy.open(haproxy)
  const losses: string[] = []
  const processes: Process[] = []
  const exits: unknown[] = []
  let isOver = false
  try {
    for (let n = 0; n < 2; n += 1) processes.push(await startProcess(options, balancer))
    const clients = Array.from({ length: CLIENTS }, (_, n) =>
      client(balancer.port, n, { losses, isOver: () => isOver }),
    )
    for (let n = 0; n < options.restarts; n += 1) {
      await sleep(100)
      const old = processes.shift() as Process
      const exited = once(old.child, 'exit')
      old.child.kill('SIGTERM')
      exits.push((await exited)[0])
      await balancer.remove(old.port)
      processes.push(await startProcess(options, balancer))
    }
    await sleep(100)
    isOver = true
    const served = (await Promise.all(clients)).reduce((sum, count) => sum + count, 0)
    return { restarts: options.restarts, served, losses, exits }
  } finally {
    isOver = true
    balancer.close()
    for (const { child } of processes) child.kill('SIGKILL')
  }
}

async function startProcess(
  { script, env }: RollingOptions,
  balancer: RollingBalancer,
): Promise<Process> {
  const child = fork(script, [], { env: { ...process.env, ...env } })
  const [message] = (await once(child, 'message')) as [{ port: number }]
  await balancer.add(message.port)
  await until('the balancer has seen that it is ready', () => balancer.isIn(message.port))
  return { child, port: message.port }
}

/** Asks, and asks again, half of the time with a body. Returns how often it was served. */
async function client(
  port: number,
  n: number,
  { losses, isOver }: { readonly losses: string[]; readonly isOver: () => boolean },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let served = 0
  for (let turn = n; !isOver(); turn += 1) {
    const question = turn % 2 === 0 ? {} : { method: 'POST', body: 'x'.repeat(2_000) }
    const loss = await lossOf(ask(port, { path: '/work', agent, ...question }))
    if (loss === undefined) served += 1
    else losses.push(`${question.method ?? 'GET'}: ${loss}`)
    await sleep(THINK_MS)
  }
  agent.destroy()
  return served
}

/** What became of a request that was not served: the status and what was said with it, or an error. */
async function lossOf(answered: Promise<Answer>): Promise<string | undefined> {
  try {
    const { statusCode, body } = await answered
    return statusCode === 200 ? undefined : `${statusCode} ${body}`
  } catch (error) {
    return String(error)
  }
}
