/** A value that Prometheus computes and keeps. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

export type Severity = 'page' | 'ticket'

/** A condition that somebody is told of. */
export interface AlertRule {
  readonly alert: string
  readonly expr: string
  /** How long it must hold; none: at once. */
  readonly forSeconds?: number | undefined
  readonly severity: Severity
  readonly summary: string
  /** A page of docs/runbooks, without its ending. */
  readonly runbook: string
}

export interface RuleGroup {
  readonly name: string
  readonly rules: readonly (RecordingRule | AlertRule)[]
}

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
]

/** A duration as Prometheus writes it, in the largest unit of which it is whole: `90s`, `2h`. */
export function printDuration(seconds: number): string {
  const unit = UNITS.find(([, size]) => seconds >= size && Number.isInteger(seconds / size))
  return unit === undefined ? `${Math.round(seconds * 1_000)}ms` : `${seconds / unit[1]}${unit[0]}`
}

export interface PrintOptions {
  readonly runbooksUrl: string
  /** Other than 1, it is a label of every alert: nobody shall take one of these for the real one. */
  readonly speedUp: number
}

/** As a rule file of Prometheus. JSON's strings are YAML's too. */
export function printRules(groups: readonly RuleGroup[], options: PrintOptions): string {
  const lines = ['groups:']
  for (const { name, rules } of groups) {
    lines.push(`  - name: ${name}`, '    rules:')
    for (const rule of rules) lines.push(...printRule(rule, options))
  }
  return `${lines.join('\n')}\n`
}

function printRule(
  rule: RecordingRule | AlertRule,
  { runbooksUrl, speedUp }: PrintOptions,
): readonly string[] {
  const expr = `        expr: ${JSON.stringify(rule.expr)}`
  if ('record' in rule) return [`      - record: ${rule.record}`, expr]
  const { alert, severity, summary, runbook } = rule
  return [
    `      - alert: ${alert}`,
    expr,
    ...(rule.forSeconds === undefined ? [] : [`        for: ${printDuration(rule.forSeconds)}`]),
    '        labels:',
    `          severity: ${severity}`,
    ...(speedUp === 1 ? [] : [`          speed_up: "${speedUp}"`]),
    '        annotations:',
    `          summary: ${JSON.stringify(summary)}`,
    `          runbook_url: ${JSON.stringify(`${runbooksUrl}/${runbook}.md`)}`,
  ]
}
