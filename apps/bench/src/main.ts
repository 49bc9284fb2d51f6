import { resolve } from 'node:path'
import { parseCommand } from './command/parse-command.ts'
import { pinSelf } from './command/pin-self.ts'
import { runCommand } from './command/run-command.ts'
import { formatResult, writeResult } from './report/result-files.ts'
import { runConditions } from './report/run-conditions.ts'
import { GENERATOR_CPU } from './server/server-process.ts'

async function main(args: readonly string[]): Promise<void> {
  const { command, options, out, adds } = parseCommand(args)
  const conditions = runConditions(args, options.hosts)
  pinSelf(GENERATOR_CPU)
  for await (const result of runCommand(command, options)) {
    console.log(formatResult(result, [conditions]))
    // pnpm changes into the package; a relative path is meant from where the user stands.
    const from = process.env.INIT_CWD ?? process.cwd()
    if (out !== undefined) writeResult(result, conditions, { folder: resolve(from, out), adds })
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
