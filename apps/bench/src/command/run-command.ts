import type { BenchResult } from '../report/bench-result.ts'
import type { CommandOptions } from './command-options.ts'
import { idleCommand } from './idle.ts'
import { messagesCommand } from './messages.ts'
import { microCommand } from './micro.ts'
import { overheadCommand } from './overhead.ts'
import { overloadCommand } from './overload.ts'
import { type CommandName, parseCommand } from './parse-command.ts'
import { sweepCommand } from './sweep.ts'
import { telemetryCommand } from './telemetry.ts'
import { tenantsCommand } from './tenants.ts'
import { tiersCommand } from './tiers.ts'

/** Yields each result as soon as there is one: a long run that is cut short keeps what it has. */
export async function* runCommand(
  command: CommandName,
  options: CommandOptions,
): AsyncGenerator<BenchResult> {
  const host = options.hosts[0] ?? 'fastify'
  if (command === 'overload') {
    for (const workload of options.workloads) yield await overloadCommand(options, host, workload)
  } else if (command === 'sweep') yield await sweepCommand(options, host)
  else if (command === 'idle') yield await idleCommand(options, host)
  else if (command === 'overhead') yield await overheadCommand(options)
  else if (command === 'telemetry') yield await telemetryCommand(options)
  else if (command === 'tiers') yield await tiersCommand(options)
  else if (command === 'messages') yield await messagesCommand(options)
  else if (command === 'micro') yield await microCommand()
  else if (command === 'tenants') yield await tenantsCommand(options)
  else yield* runAll(options)
}

/** Each command with its own defaults, and with what was said of seconds, seed and attempts. */
async function* runAll(options: CommandOptions): AsyncGenerator<BenchResult> {
  const { seconds, seed, attempts } = options
  for (const command of ['micro', 'overhead', 'idle', 'tiers', 'tenants'] as const) {
    yield* runCommand(command, { ...parseCommand([command]).options, seconds, seed, attempts })
  }
  yield* runCommand('overload', options)
}
