import { parseArgs } from 'node:util'
import { findContestant } from '../contestant/find-contestant.ts'
import { findHost, HOST_NAMES, type HostName } from '../host/host-name.ts'
import { findWorkload } from '../workload/find-workload.ts'
import type { CommandOptions } from './command-options.ts'
import { TENANTS_FACTOR } from './tenants.ts'

export const COMMANDS = [
  'overload',
  'sweep',
  'idle',
  'overhead',
  'telemetry',
  'tiers',
  'tenants',
  'micro',
  'messages',
  'all',
] as const

export type CommandName = (typeof COMMANDS)[number]

export interface ParsedCommand {
  readonly command: CommandName
  readonly options: CommandOptions
  /** Folder of the result files; undefined: print only. */
  readonly out: string | undefined
  /** Whether what that folder has of the same counts as well. */
  readonly adds: boolean
}

export const USAGE: string = `usage: main.js <${COMMANDS.join('|')}> [options]
  --host         fastify                    (overload, sweep, idle: one of ${HOST_NAMES.join(', ')}; overhead, messages: several)
  --workload     cpu,pool,slow-pool,web,mixed,hello   (overload, sweep, idle, tiers, tenants)
  --contestants  bare,static,static:40,headgate,headgate-guard
                 fastify: under-pressure,under-pressure-tuned,under-pressure-elu,headgate-tenants
                 express, koa: overload-protection,overload-protection-tuned,toobusy,toobusy-tuned
  --factors      2,5,10                     (overload, sweep, tiers, tenants)
  --limits       5,10,20,40,100,400         (sweep; overload's own for static)
  --repeats      3
  --seconds      8                          of the phase that is measured
  --seed         1
  --attempts     3                          at a run that something disturbed; 1: and do not wait for a calm machine
  --out          a folder for the results, as Markdown and JSON; they are printed in any case
  --add          to the runs that the folder has of the same: a long measurement in parts (change --seed)`

const GUARDS: Readonly<Record<HostName, string>> = {
  fastify: 'bare,under-pressure,under-pressure-tuned,under-pressure-elu,static,headgate',
  express: 'bare,overload-protection,overload-protection-tuned,toobusy-tuned,static,headgate',
  koa: 'bare,overload-protection,overload-protection-tuned,toobusy-tuned,static,headgate',
  node: 'bare,headgate',
}

interface Defaults {
  readonly hosts?: string
  readonly workload: string
  readonly contestants?: string
  readonly factors: string
  readonly repeats: string
}

/** What differs between commands when the command line says nothing. */
const DEFAULTS: Readonly<Record<CommandName, Defaults>> = {
  overload: { workload: 'cpu', factors: '0.5,1,2,5,10', repeats: '3' },
  sweep: { workload: 'pool', contestants: 'static', factors: '5', repeats: '1' },
  idle: { workload: 'cpu,pool,web,hello', factors: '0.5', repeats: '5' },
  // The guards of each host are its own.
  overhead: {
    hosts: HOST_NAMES.join(','),
    workload: 'hello',
    contestants: '',
    factors: '0',
    repeats: '5',
  },
  telemetry: { hosts: 'fastify', workload: 'hello', contestants: '', factors: '0', repeats: '9' },
  tiers: { workload: 'cpu,pool', contestants: 'bare,headgate', factors: '3', repeats: '3' },
  tenants: {
    workload: 'cpu,pool',
    contestants: 'bare,headgate,headgate-tenants',
    factors: String(TENANTS_FACTOR),
    repeats: '3',
  },
  micro: { workload: 'hello', contestants: '', factors: '0', repeats: '1' },
  messages: {
    hosts: HOST_NAMES.join(','),
    workload: 'hello',
    contestants: '',
    factors: '0',
    repeats: '5',
  },
  all: { workload: 'cpu,pool,web,mixed', factors: '0.5,1,2,5,10', repeats: '3' },
}

const SEVERAL_HOSTS: readonly CommandName[] = ['overhead', 'telemetry', 'messages']
/** Others do not know tiers and tenants by the route. */
const FASTIFY_ONLY: readonly CommandName[] = ['tiers', 'tenants', 'all']

/** @throws {Error} that says what is wrong with the command line. */
export function parseCommand(args: readonly string[]): ParsedCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      host: { type: 'string' },
      workload: { type: 'string' },
      contestants: { type: 'string' },
      factors: { type: 'string' },
      limits: { type: 'string', default: '5,10,20,40,100,400' },
      repeats: { type: 'string' },
      seconds: { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
      attempts: { type: 'string', default: '3' },
      out: { type: 'string' },
      add: { type: 'boolean', default: false },
    },
  })
  const command = COMMANDS.find((name) => name === positionals[0])
  if (command === undefined || positionals.length > 1) throw new Error(USAGE)
  const defaults = DEFAULTS[command]
  const hosts = hostsOf(command, values.host ?? defaults.hosts ?? 'fastify')
  const workloads = (values.workload ?? defaults.workload).split(',')
  for (const name of workloads) findWorkload(name)
  const guards = values.contestants ?? defaults.contestants ?? GUARDS[hosts[0] as HostName]
  return {
    command,
    out: values.out,
    adds: values.add,
    options: {
      hosts,
      workloads,
      contestants: contestantsOf(guards, hosts),
      factors: numbers('factors', values.factors ?? defaults.factors),
      limits: numbers('limits', values.limits),
      repeats: positive('repeats', values.repeats ?? defaults.repeats),
      seconds: positive('seconds', values.seconds),
      seed: positive('seed', values.seed),
      attempts: positive('attempts', values.attempts),
    },
  }
}

function hostsOf(command: CommandName, list: string): readonly HostName[] {
  const hosts = list.split(',').map(findHost)
  if (!SEVERAL_HOSTS.includes(command) && hosts.length > 1)
    throw new Error(`--host must be one, got ${list}`)
  if (FASTIFY_ONLY.includes(command) && hosts[0] !== 'fastify') {
    throw new Error(`--host must be fastify for ${command}, got ${list}`)
  }
  return hosts
}

function contestantsOf(list: string, hosts: readonly HostName[]): readonly string[] {
  const contestants = list === '' ? [] : list.split(',')
  for (const host of hosts) for (const spec of contestants) findContestant(spec, host)
  return contestants
}

function numbers(name: string, list: string): readonly number[] {
  return list.split(',').map((text) => {
    const value = Number(text)
    if (text === '' || !(value >= 0)) throw new Error(`--${name} must be numbers, got ${list}`)
    return value
  })
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, got ${text}`)
  return value
}
