import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatConditions, type RunConditions } from './run-conditions.ts'

/** What a command found. */
export interface BenchResult {
  /** Of the files. */
  readonly name: string
  readonly title: string
  /** Paragraphs and tables. */
  readonly sections: readonly string[]
  /** All single runs, for whoever wants to count otherwise. */
  readonly data: unknown
}

export function formatResult(result: BenchResult, conditions: RunConditions): string {
  return `${[`# ${result.title}`, formatConditions(conditions), ...result.sections].join('\n\n')}\n`
}

/** Writes `name.md` and `name.json`. */
export function writeResult(result: BenchResult, conditions: RunConditions, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${result.name}.md`), formatResult(result, conditions))
  const json = JSON.stringify({ conditions, ...(result.data as object) }, null, 1)
  writeFileSync(join(folder, `${result.name}.json`), `${json}\n`)
}
