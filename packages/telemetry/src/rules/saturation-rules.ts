import { type AlertRule, printDuration, type RuleGroup } from './rule.ts'
import { NOT_OURS } from './slo-rules.ts'

export interface SaturationOptions {
  /** What the 99th percentile of the wait shall stay under, in milliseconds. */
  readonly waitTargetMs: number
  /** By how much every window and wait is shorter than it should be. */
  readonly speedUp: number
}

const BY = 'sum by (job, name)'
/**
 * A drain is no want of capacity either. The error budget counts what it refuses, for those clients got a
 * 503: when it lasts, that is where somebody hears of it.
 */
const NO_WANT = `${NOT_OURS}|draining`
const REQUESTS = `headgate_requests_total{reason!~"${NO_WANT}"}`
const REJECTED = `headgate_requests_total{outcome="rejected",reason!~"${NO_WANT}"}`

/**
 * `important` is shed from 0.8 on and comes back at 0.75, so that a queue that is as long as it may be is
 * between the two at most scrapes: it comes to 0.8, and is never far from it.
 */
const NEARLY_FULL = [
  'max_over_time(headgate_queued[300s]) >= 0.8 * avg_over_time(headgate_queue_places[300s])',
  'avg_over_time(headgate_queued[300s]) >= 0.7 * avg_over_time(headgate_queue_places[300s])',
  'headgate_queue_places > 0',
].join(' and ')

/** Alerts on what runs full, before or beside the error budget. */
export function saturationRules({
  waitTargetMs,
  speedUp,
}: SaturationOptions): readonly RuleGroup[] {
  const alerts = [...serverAlerts(waitTargetMs), ...clientAlerts()]
  return [{ name: 'headgate-saturation', rules: alerts.map((alert) => hurried(alert, speedUp)) }]
}

/** Every `[60s]` of an expression, and the wait, shorter by the same. */
function hurried(alert: AlertRule, speedUp: number): AlertRule {
  const { expr, forSeconds = 0 } = alert
  return {
    ...alert,
    expr: expr.replace(/\[(\d+)s\]/g, (_, s) => `[${printDuration(Number(s) / speedUp)}]`),
    forSeconds: forSeconds / speedUp,
  }
}

function serverAlerts(waitTargetMs: number): readonly AlertRule[] {
  const whose = '{{ $labels.job }}, {{ $labels.name }}'
  return [
    {
      alert: 'HeadgateRejecting',
      // Of no more than 100 requests, a single one refused would be enough.
      expr:
        `${BY} (rate(${REJECTED}[60s])) / ${BY} (rate(${REQUESTS}[60s])) > 0.01 and ` +
        `${BY} (increase(${REQUESTS}[60s])) > 100`,
      forSeconds: 30,
      severity: 'page',
      summary: `More than 1 % of requests are refused: ${whose}`,
      runbook: 'rejecting',
    },
    {
      alert: 'HeadgateQueueNearlyFull',
      expr: NEARLY_FULL,
      forSeconds: 60,
      severity: 'ticket',
      summary: `80 % of the places to wait are taken again and again: ${whose}, pool {{ $labels.pool }}`,
      runbook: 'queue-nearly-full',
    },
    {
      alert: 'HeadgateWaitOverTarget',
      expr:
        `histogram_quantile(0.99, sum by (job, name, le) (rate(headgate_wait_seconds_bucket[300s]))) > ` +
        `${waitTargetMs / 1_000}`,
      forSeconds: 300,
      severity: 'ticket',
      summary: `One in a hundred waits longer than ${waitTargetMs} ms: ${whose}`,
      runbook: 'wait-over-target',
    },
    {
      alert: 'HeadgateLimitAtFloor',
      // By instance: one that is idle may be at its floor while another one refuses.
      expr:
        'headgate_limit <= headgate_limit_floor and on (job, instance, name) ' +
        `sum by (job, instance, name) (rate(${REJECTED}[300s])) > 0`,
      forSeconds: 300,
      severity: 'page',
      summary: `The limit is as low as it may go, and requests are refused: ${whose}`,
      runbook: 'limit-at-floor',
    },
    {
      alert: 'HeadgatePermitsLeaked',
      expr:
        `${BY} (increase(headgate_overdue_total[600s])) > 0 or (${BY} (headgate_in_flight) > 0 unless ` +
        `${BY} (rate(headgate_requests_total{outcome="admitted"}[600s])) > 0)`,
      forSeconds: 300,
      severity: 'ticket',
      summary: `Permits are held by work that does not end: ${whose}`,
      runbook: 'permits-leaked',
    },
  ]
}

function clientAlerts(): readonly AlertRule[] {
  return [
    {
      alert: 'HeadgateRetriesOverBudget',
      expr: `${BY} (rate(headgate_client_over_budget_total[300s])) > 0`,
      forSeconds: 300,
      severity: 'ticket',
      summary:
        'More calls fail than the retry budget pays for: {{ $labels.job }}, {{ $labels.name }}',
      runbook: 'retries-over-budget',
    },
    {
      alert: 'HeadgateBreakerOpen',
      // Half-open now and then, while it probes. It waits for longer than a single opening is seen in the window.
      expr: 'max_over_time(headgate_client_breaker{state="open"}[60s]) == 1',
      forSeconds: 120,
      severity: 'page',
      summary:
        'Nothing is sent to {{ $labels.upstream }} any more: {{ $labels.job }}, {{ $labels.name }}',
      runbook: 'breaker-open',
    },
  ]
}
