import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PromtoolResult, promtool } from '../promtool.ts'

/** Whether an alert is to fire so many seconds after the case began. */
export interface Expectation {
  readonly atSeconds: number
  readonly alert: string
  readonly fires: boolean
}

export interface PromtoolCase {
  readonly stepSeconds: number
  /** Series in promtool's notation. */
  readonly series: Readonly<Record<string, string>>
  readonly expected: readonly Expectation[]
}

/** Whether promtool takes a file of rules. */
export function checkRules(rules: string): PromtoolResult {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'rules.yml'), rules)
    return promtool(['check', 'rules', join(folder, 'rules.yml')])
  })
}

/**
 * Runs the rules against made-up series, as promtool's own unit tests do. Returns what promtool has to say
 * against it: nothing when all is as expected.
 */
export function problemOf(rules: string, test: PromtoolCase): string {
  const { status, output } = withFolder((folder) => {
    writeFileSync(join(folder, 'rules.yml'), rules)
    writeFileSync(join(folder, 'test.yml'), testFile(test))
    return promtool(['test', 'rules', join(folder, 'test.yml')])
  })
  return status === 0 ? '' : output
}

function withFolder(work: (folder: string) => PromtoolResult): PromtoolResult {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-rules-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function testFile({ stepSeconds, series, expected }: PromtoolCase): string {
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }))
  const rules = expected.map(({ atSeconds, alert, fires }) => ({
    expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
    eval_time: `${atSeconds}s`,
    exp_samples: [{ labels: '{}', value: fires ? 1 : 0 }],
  }))
  // JSON is YAML.
  return JSON.stringify({
    rule_files: ['rules.yml'],
    evaluation_interval: `${stepSeconds}s`,
    tests: [{ interval: `${stepSeconds}s`, input_series: input, promql_expr_test: rules }],
  })
}
