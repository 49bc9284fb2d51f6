import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addData, type BenchData, type BenchResult } from './bench-result.ts'
import { formatConditions, type RunConditions } from './run-conditions.ts'

interface ResultFile {
  readonly conditions: readonly RunConditions[]
  readonly data: BenchData
}

/** The page of a result. */
export function formatResult(
  result: BenchResult,
  conditions: readonly RunConditions[],
  data: BenchData = result.data,
): string {
  const parts = [`# ${result.title}`, formatConditions(conditions), ...result.sections(data)]
  return `${parts.join('\n\n')}\n`
}

/** Writes `name.md` and `name.json`; `adds`: what was measured before, and is in that file, counts as well. */
export function writeResult(
  result: BenchResult,
  conditions: RunConditions,
  { folder, adds }: { readonly folder: string; readonly adds: boolean },
): void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${result.name}.json`)
  const before = adds && existsSync(file) ? readResult(file) : { conditions: [], data: {} }
  const all: ResultFile = {
    conditions: [...before.conditions, conditions],
    data: addData(before.data, result.data),
  }
  writeFileSync(join(folder, `${result.name}.md`), formatResult(result, all.conditions, all.data))
  writeFileSync(file, `${JSON.stringify(all, null, 1)}\n`)
}

function readResult(file: string): ResultFile {
  return JSON.parse(readFileSync(file, 'utf8')) as ResultFile
}
