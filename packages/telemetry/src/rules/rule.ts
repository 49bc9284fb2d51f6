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
  readonly for?: string | undefined
  readonly severity: Severity
  readonly summary: string
  /** A page of docs/runbooks, without its ending. */
  readonly runbook: string
}

export interface RuleGroup {
  readonly name: string
  readonly rules: readonly (RecordingRule | AlertRule)[]
}

/** As a rule file of Prometheus. JSON's strings are YAML's too. */
export function printRules(groups: readonly RuleGroup[], runbooksUrl: string): string {
  const lines = ['groups:']
  for (const { name, rules } of groups) {
    lines.push(`  - name: ${name}`, '    rules:')
    for (const rule of rules) lines.push(...printRule(rule, runbooksUrl))
  }
  return `${lines.join('\n')}\n`
}

function printRule(rule: RecordingRule | AlertRule, runbooksUrl: string): readonly string[] {
  const expr = `        expr: ${JSON.stringify(rule.expr)}`
  if ('record' in rule) return [`      - record: ${rule.record}`, expr]
  const { alert, severity, summary, runbook } = rule
  return [
    `      - alert: ${alert}`,
    expr,
    ...(rule.for === undefined ? [] : [`        for: ${rule.for}`]),
    '        labels:',
    `          severity: ${severity}`,
    '        annotations:',
    `          summary: ${JSON.stringify(summary)}`,
    `          runbook_url: ${JSON.stringify(`${runbooksUrl}/${runbook}.md`)}`,
  ]
}
