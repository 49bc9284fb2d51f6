import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { canPin } from '@headgate/loadgen'
import type { HostName } from '../host/host-name.ts'
import { GENERATOR_CPU, SERVER_CPU } from '../server/server-process.ts'

/** Where, when and with what figures were taken: without it nobody can take them again. */
export interface RunConditions {
  readonly command: string
  readonly date: string
  readonly commit: string
  readonly machine: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  readonly pinned: boolean
  /** Of the machine, over the minute before: what else was running. */
  readonly loadAverage: number
}

const VERSIONS = ['@headgate/node', 'autocannon']
const HOST_VERSIONS: Readonly<Record<HostName, readonly string[]>> = {
  fastify: ['fastify', '@fastify/under-pressure'],
  express: ['express', 'overload-protection', 'toobusy-js'],
  koa: ['koa', 'overload-protection', 'toobusy-js'],
  node: [],
}

export function runConditions(args: readonly string[], hosts: readonly HostName[]): RunConditions {
  const [cpu] = cpus()
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  return {
    command: `node dist/src/main.js ${args.join(' ')}`,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commit(),
    machine: `${cpu?.model ?? 'unknown'}, ${availableParallelism()} cores, ${memoryGb} GB, ${platform()} ${release()} ${arch()}`,
    node: process.version,
    versions: Object.fromEntries(
      [...hosts.flatMap((host) => HOST_VERSIONS[host]), ...VERSIONS].map((name) => [
        name,
        packageVersion(name),
      ]),
    ),
    pinned: canPin(SERVER_CPU) && canPin(GENERATOR_CPU),
    loadAverage: loadavg()[0] ?? Number.NaN,
  }
}

/** Of all parts of a measurement; machine and versions are the last one's. */
export function formatConditions(all: readonly RunConditions[]): string {
  const last = all.at(-1)
  if (last === undefined) return ''
  const { machine, node, versions, pinned } = last
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const cores = pinned
    ? `server on core ${SERVER_CPU}, generator on core ${GENERATOR_CPU}`
    : 'server and generator not pinned to cores'
  const commands = new Set(all.map(({ command }) => command))
  return [
    ...[...commands].map((command) => `- command: \`${command}\``),
    ...all.map(
      ({ date, commit, loadAverage }) =>
        `- ${date} UTC, commit ${commit}, load average before ${loadAverage.toFixed(2)}`,
    ),
    `- ${machine}; ${cores}`,
    `- Node ${node}, ${listed.join(', ')}`,
  ].join('\n')
}

function packageVersion(name: string): string {
  const require = createRequire(import.meta.url)
  return (require(`${name}/package.json`) as { version: string }).version
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const hash = git('rev-parse', '--short', 'HEAD')
    const changes = git('status', '--porcelain', '-uno')
    return changes === '' ? hash : `${hash} with changes`
  } catch {
    return 'unknown'
  }
}
