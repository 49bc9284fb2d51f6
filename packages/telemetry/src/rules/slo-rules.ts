import {
  type AlertRule,
  printDuration,
  type RecordingRule,
  type RuleGroup,
  type Severity,
} from './rule.ts'

export interface SloOptions {
  /** Percent of requests that shall be served; from `leastSloPercent`, below 100. */
  readonly sloPercent: number
  /** Over how many days; 28 to 90. */
  readonly periodDays: number
  /** By how much every window is shorter than it should be, so that alerts can be watched. */
  readonly speedUp: number
  /** Your own rate of bad requests in PromQL, with `[window]` for the window; by `job` and `name`. */
  readonly errors?: string | undefined
  /** The rate of all requests, a second, in the same way. */
  readonly total?: string | undefined
}

interface Burn {
  readonly severity: Severity
  /** The share of the budget that is gone when it fires, had nothing burnt before. */
  readonly budgetRatio: number
  readonly longHours: number
  readonly shortHours: number
}

/**
 * Multi-window, multi-burn-rate: the long window says that enough of the budget is gone to matter, the
 * short one that it still goes. Source: Beyer and others, "The Site Reliability Workbook" (2018), chapter 5.
 */
const BURNS: readonly Burn[] = [
  { severity: 'page', budgetRatio: 0.02, longHours: 1, shortHours: 5 / 60 },
  { severity: 'page', budgetRatio: 0.05, longHours: 6, shortHours: 0.5 },
  { severity: 'ticket', budgetRatio: 0.1, longHours: 24, shortHours: 2 },
  { severity: 'ticket', budgetRatio: 0.1, longHours: 72, shortHours: 6 },
]

const WINDOW_HOURS = [5 / 60, 0.5, 1, 2, 6, 24, 72]
const RATIO = 'headgate:sli_error:ratio_rate'

/**
 * Who is over a quota of their own, or has left, says nothing about the service: neither is bad, and
 * neither is counted.
 */
export const NOT_OURS = 'tenant-full|tenant-rate|rate|cancelled'
const TOTAL = `sum by (job, name) (rate(headgate_requests_total{reason!~"${NOT_OURS}"}[window]))`
const REFUSED = `sum by (job, name) (rate(headgate_requests_total{outcome="rejected",reason!~"${NOT_OURS}"}[window]))`
/** Admitted, and answered with 503 or 504 all the same. Before the first release there is no such series. */
const OVERLOADED =
  'sum by (job, name) (rate(headgate_service_seconds_count{outcome="overload"}[window]))'
const ERRORS = `${REFUSED} + (${OVERLOADED} or ${REFUSED} * 0)`

/** How many times faster than even the budget is used up when `budgetRatio` of it goes in the long window. */
export function burnFactor(
  burn: Pick<Burn, 'budgetRatio' | 'longHours'>,
  periodDays: number,
): number {
  return rounded((burn.budgetRatio * periodDays * 24) / burn.longHours)
}

/** With a lower objective, the threshold of the fastest alert is above 1, and it cannot fire. To a hundredth. */
export function leastSloPercent(periodDays: number): number {
  const fastest = Math.max(...BURNS.map((burn) => burnFactor(burn, periodDays)))
  return Math.ceil((1 - 1 / fastest) * 10_000) / 100
}

/** Recording rules of the share of bad requests, and alerts on how fast the error budget goes. */
export function sloRules(options: SloOptions): readonly RuleGroup[] {
  const { errors = ERRORS, total = TOTAL, speedUp } = options
  const records = WINDOW_HOURS.map((hours): RecordingRule => {
    const window = printWindow(hours, speedUp)
    const over = (expr: string): string => expr.replaceAll('[window]', `[${window}]`)
    return { record: `${RATIO}${window}`, expr: `(${over(errors)}) / (${over(total)})` }
  })
  return [
    { name: 'headgate-slo-records', rules: records },
    { name: 'headgate-slo-alerts', rules: BURNS.map((burn) => burnAlert(burn, options)) },
  ]
}

function burnAlert(burn: Burn, options: SloOptions): AlertRule {
  const { severity, budgetRatio, longHours, shortHours } = burn
  const { sloPercent, periodDays, speedUp, total = TOTAL } = options
  const [long, short] = [printWindow(longHours, speedUp), printWindow(shortHours, speedUp)]
  const budget = rounded(1 - sloPercent / 100)
  const threshold = rounded(burnFactor(burn, periodDays) * budget)
  // Of no more requests than that, a single bad one is over the budget, whatever the service is like.
  const least = rounded(1 / budget)
  const seconds = windowSeconds(longHours, speedUp)
  const count = `(${total.replaceAll('[window]', `[${long}]`)}) * ${seconds}`
  const percent = Math.round(budgetRatio * 100)
  return {
    alert: `HeadgateErrorBudgetBurn${long}`,
    expr: `${RATIO}${long} > ${threshold} and ${RATIO}${short} > ${threshold} and ${count} > ${least}`,
    severity,
    summary: `${percent} % of the error budget of ${periodDays} days is gone within ${long}: {{ $labels.job }}, {{ $labels.name }}`,
    runbook: 'error-budget-burn',
  }
}

/** Also part of the names of rules: those of another speed are others. */
function printWindow(hours: number, speedUp: number): string {
  return printDuration(windowSeconds(hours, speedUp))
}

/** To a millisecond. */
function windowSeconds(hours: number, speedUp: number): number {
  return Math.round((hours * 3_600_000) / speedUp) / 1_000
}

/** Without the noise of binary fractions: 0.0144, not 0.014400000000000013. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
