import { parseArgs } from 'node:util'
import { DURATION_BOUNDS } from '../catalog.ts'
import { printDashboard } from '../dashboard/dashboard.ts'
import { printRules } from './rule.ts'
import { saturationRules } from './saturation-rules.ts'
import { leastSloPercent, sloRules } from './slo-rules.ts'

export const USAGE = `Prints Prometheus rules for services behind Headgate.

  headgate-rules --slo 99.9            recording rules and alerts
    --period-days 30                   of the objective: 28 to 90
    --wait-target-ms 50                what the p99 of the wait shall stay under: 1 to 9999
    --errors 'sum by (job, name) (rate(x[window]))'
    --total  'sum by (job, name) (rate(y[window]))'
                                       your own measure of bad and of all requests, a second
    --speed-up 1                       every window and wait shorter by this: 1 to 100; to watch alerts
                                       fire and end in a test, never for a service
    --runbooks https://…/docs/runbooks where the runbooks are
  headgate-rules --dashboard           a Grafana dashboard as JSON
  headgate-rules --help                this text`

const RUNBOOKS = 'https://github.com/headgate/headgate/blob/main/docs/runbooks'

const PERIOD_DAYS: Range = {
  from: 28,
  to: 90,
  why: 'over a shorter one, the alert with a window of 3d fires while the budget lasts; take 28 or more',
}

const WAIT_TARGET_MS: Range = {
  from: 1,
  to: Math.max(...DURATION_BOUNDS) * 1_000 - 1,
  why: 'waits are told apart up to 10 s, so that an alert above could not fire',
}

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
  const periodDays = numberFrom('--period-days', values['period-days'], PERIOD_DAYS)
  const sloPercent = sloFrom(values.slo, periodDays)
  const waitTargetMs = numberFrom('--wait-target-ms', values['wait-target-ms'], WAIT_TARGET_MS)
  const speedUp = numberFrom('--speed-up', values['speed-up'], { from: 1, to: 100 })
  const groups = [
    ...sloRules({ sloPercent, periodDays, errors, total, speedUp }),
    ...saturationRules({ waitTargetMs, speedUp }),
  ]
  const printed = printRules(groups, { runbooksUrl: runbooks.replace(/\/$/, ''), speedUp })
  return `# Made by: headgate-rules ${argv.map(quoted).join(' ')}\n${printed}`
}

/** An objective whose alerts can fire: no share of bad requests is above 1. */
function sloFrom(text: string | undefined, periodDays: number): number {
  const value = decimal(text)
  if (!(value > 0 && value < 100)) {
    throw new Error(`--slo must be a number above 0 and below 100, such as 99.9, got ${text}`)
  }
  const least = leastSloPercent(periodDays)
  if (value >= least) return value
  throw new Error(
    `--slo must be at least ${least} over ${periodDays} days, or the fastest alert could not fire even if all ` +
      `requests were bad: raise it, or shorten --period-days (28 at least); got ${text}`,
  )
}

interface Range {
  readonly from: number
  readonly to: number
  /** What is wrong outside. */
  readonly why?: string
}

function numberFrom(name: string, text: string | undefined, { from, to, why }: Range): number {
  const value = decimal(text)
  if (value >= from && value <= to) return value
  const because = why === undefined ? '' : ` (${why})`
  throw new Error(`${name} must be a number from ${from} to ${to}${because}, got ${text}`)
}

/** `Number` takes hexadecimals, and nothing at all as 0. */
function decimal(text = ''): number {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}

/** As a shell takes it; on one line, for it stands in a comment. */
function quoted(argument: string): string {
  const line = argument.replace(/[\s\u0085]+/g, ' ')
  return /^[\w.,:/=-]+$/.test(line) ? line : `'${line.replaceAll("'", "'\\''")}'`
}
