import { alerts } from './alerts.ts'
import { type Command, parseCommandLine, USAGE, UsageError } from './command-line.ts'
import { compare } from './compare.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { stampede } from './stampede.ts'

try {
  await run(parseCommandLine(process.argv.slice(2), process.env))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof UsageError) console.error('See: npm start -- --help')
  process.exitCode = error instanceof UsageError ? 2 : 1
}

async function run(command: Command): Promise<void> {
  if (command.kind === 'help') console.log(USAGE)
  else if (command.kind === 'serve') await serve(command.withHeadgate, command.port)
  else if (command.kind === 'stampede') await stampede()
  else if (command.kind === 'alerts') await alerts(command.factor, command.seconds)
  else if (command.kind === 'services') await services(command.factor, command.seconds)
  else await compare(command.factor, command.seconds)
}
