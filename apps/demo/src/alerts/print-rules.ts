import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What `npx headgate-rules` prints. */
export function printRules(args: readonly string[]): string {
  const manifest = import.meta.resolve('@headgate/telemetry/package.json')
  const { bin } = JSON.parse(readFileSync(fileURLToPath(manifest), 'utf8')) as {
    bin: Readonly<Record<string, string>>
  }
  const path = fileURLToPath(new URL(bin['headgate-rules'] as string, manifest))
  return execFileSync(process.execPath, [path, ...args], { encoding: 'utf8' })
}
