#!/usr/bin/env node
import { rulesCommand } from './rules-command.ts'

try {
  process.stdout.write(rulesCommand(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\nSee: headgate-rules --help\n`)
  process.exitCode = 2
}
