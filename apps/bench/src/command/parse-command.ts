import { parseArgs } from 'node:util'
import { findContestant } from '../contestant/find-contestant.ts'
import { findWorkload } from '../workload/find-workload.ts'
import type { CommandOptions } from './command-options.ts'
import { TENANTS_FACTOR } from './tenants.ts'

export const COMMANDS = [
  'overload',
  'sweep',
  'idle',
  'overhead',
  'tiers',
  'tenants',
  'all',
] as const

export type CommandName = (typeof COMMANDS)[number]

export interface ParsedCommand {
  readonly command: CommandName
  readonly options: CommandOptions
  /** Folder of the result files; undefined: print only. */
  readonly out: string | undefined
}

export const USAGE: string = `usage: main.js <${COMMANDS.join('|')}> [options]
  --workload     cpu,pool,web,mixed,hello   (overload, sweep, idle, tiers, tenants)
  --contestants  bare,under-pressure,under-pressure-tuned,under-pressure-elu,static,static:40,headgate
  --factors      2,5,10                     (overload, sweep, tiers, tenants)
  --limits       5,10,20,40,100,400         (sweep; overload's own for static)
  --repeats      3
  --seconds      8                          of the phase that is measured
  --seed         1
  --attempts     3                          at a run that something disturbed; 1: and do not wait for a calm machine
  --out          a folder for the results, as Markdown and JSON; they are printed in any case`

const ALL_GUARDS = 'bare,under-pressure,under-pressure-tuned,under-pressure-elu,static,headgate'

/** What differs between commands when the command line says nothing. */
const DEFAULTS: Readonly<
  Record<CommandName, { workload: string; contestants: string; factors: string; repeats: string }>
> = {
  overload: { workload: 'cpu', contestants: ALL_GUARDS, factors: '0.5,1,2,5,10', repeats: '3' },
  sweep: { workload: 'pool', contestants: 'static', factors: '5', repeats: '1' },
  idle: {
    workload: 'cpu,pool,web,hello',
    contestants: 'bare,under-pressure,headgate',
    factors: '0.5',
    repeats: '5',
  },
  overhead: {
    workload: 'hello',
    contestants: 'bare,static:1000,under-pressure,headgate',
    factors: '0',
    repeats: '7',
  },
  tiers: { workload: 'cpu,pool', contestants: 'bare,headgate', factors: '3', repeats: '3' },
  tenants: {
    workload: 'cpu,pool',
    contestants: 'bare,headgate,headgate-tenants',
    factors: String(TENANTS_FACTOR),
    repeats: '3',
  },
  all: {
    workload: 'cpu,pool,web,mixed',
    contestants: ALL_GUARDS,
    factors: '0.5,1,2,5,10',
    repeats: '3',
  },
}

/** @throws {Error} that says what is wrong with the command line. */
export function parseCommand(args: readonly string[]): ParsedCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      workload: { type: 'string' },
      contestants: { type: 'string' },
      factors: { type: 'string' },
      limits: { type: 'string', default: '5,10,20,40,100,400' },
      repeats: { type: 'string' },
      seconds: { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
      attempts: { type: 'string', default: '3' },
      out: { type: 'string' },
    },
  })
  const command = COMMANDS.find((name) => name === positionals[0])
  if (command === undefined || positionals.length > 1) throw new Error(USAGE)
  const defaults = DEFAULTS[command]
  const workloads = (values.workload ?? defaults.workload).split(',')
  for (const name of workloads) findWorkload(name)
  const contestants = (values.contestants ?? defaults.contestants).split(',')
  for (const spec of contestants) findContestant(spec)
  return {
    command,
    out: values.out,
    options: {
      workloads,
      contestants,
      factors: numbers('factors', values.factors ?? defaults.factors),
      limits: numbers('limits', values.limits),
      repeats: positive('repeats', values.repeats ?? defaults.repeats),
      seconds: positive('seconds', values.seconds),
      seed: positive('seed', values.seed),
      attempts: positive('attempts', values.attempts),
    },
  }
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
