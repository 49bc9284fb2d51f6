import { parseArgs } from 'node:util'
import { printDashboard } from '../dashboard/dashboard.ts'
import { printRules } from './rule.ts'
import { saturationRules } from './saturation-rules.ts'
import { sloRules } from './slo-rules.ts'

export const USAGE = `Prints Prometheus rules for services behind Headgate.

  headgate-rules --slo 99.9            recording rules and alerts
    --period-days 30                   of the objective: 1 to 90
    --wait-target-ms 50                what the p99 of the wait shall stay under: 1 to 60000
    --errors 'sum by (job, name) (rate(x[window]))'
    --total  'sum by (job, name) (rate(y[window]))'
                                       your own measure of bad and of all requests
    --speed-up 1                       every window and wait shorter by this: 1 to 100; to watch alerts
                                       fire and end in a test, never for a service
    --runbooks https://…/docs/runbooks where the runbooks are
  headgate-rules --dashboard           a Grafana dashboard as JSON
  headgate-rules --help                this text`

const RUNBOOKS = 'https://github.com/headgate/headgate/blob/main/docs/runbooks'

/** What is to be printed. @throws when the command line makes no sense; the message says what would. */
export function rulesCommand(argv: readonly string[]): string {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      dashboard: { type: 'boolean' },
      slo: { type: 'string' },
      'period-days': { type: 'string', default: '30' },
      'wait-target-ms': { type: 'string', default: '50' },
      errors: { type: 'string' },
      total: { type: 'string' },
      'speed-up': { type: 'string', default: '1' },
      runbooks: { type: 'string', default: RUNBOOKS },
    },
  })
  if (values.help === true) return `${USAGE}\n`
  if (values.dashboard === true) return printDashboard()
  const { errors, total, runbooks } = values
  if ((errors === undefined) !== (total === undefined)) {
    throw new Error('--errors and --total belong together: a ratio needs both')
  }
  for (const expr of [errors, total]) {
    if (expr?.includes('[window]') === false) throw new Error(`no [window] in ${expr}`)
  }
  const sloPercent = numberFrom('--slo', values.slo, { above: 0, below: 100 })
  const periodDays = numberFrom('--period-days', values['period-days'], {
    above: 0.99,
    below: 90.01,
  })
  const waitTargetMs = numberFrom('--wait-target-ms', values['wait-target-ms'], {
    above: 0.99,
    below: 60_001,
  })
  const speedUp = numberFrom('--speed-up', values['speed-up'], { above: 0.99, below: 100.01 })
  const groups = [
    ...sloRules({ sloPercent, periodDays, errors, total, speedUp }),
    ...saturationRules({ waitTargetMs, speedUp }),
  ]
  const printed = printRules(groups, { runbooksUrl: runbooks.replace(/\/$/, ''), speedUp })
  const hurry = speedUp === 1 ? '' : ` --speed-up ${speedUp}`
  return `# Made by: headgate-rules --slo ${sloPercent}${hurry}\n${printed}`
}

function numberFrom(
  name: string,
  text: string | undefined,
  { above, below }: { above: number; below: number },
): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (value > above && value < below) return value
  throw new Error(`${name} must be a number above ${above} and below ${below}, got ${text}`)
}
