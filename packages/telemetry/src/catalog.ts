/** Whose state a metric tells. */
export type MetricSource = 'admission' | 'client' | 'singleflight' | 'process' | 'telemetry'

export type MetricType = 'counter' | 'gauge' | 'histogram'

/** One metric: the same in Prometheus, in OpenTelemetry, in the reference, in the rules and on the dashboard. */
export interface Metric {
  /** As Prometheus knows it. */
  readonly name: string
  readonly type: MetricType
  /** As OpenTelemetry writes units: seconds, bytes, or a count of something. */
  readonly unit: 's' | 'By' | '1' | `{${string}}`
  /** Beyond `name`, which says whose it is. Each is of a closed or bounded set: never a tenant. */
  readonly labels: readonly string[]
  readonly source: MetricSource
  readonly help: string
}

type Row = readonly [
  name: string,
  type: MetricType,
  unit: Metric['unit'],
  labels: string,
  help: string,
]

// biome-ignore format: one line for each metric.
const ADMISSION: readonly Row[] = [
  ['requests_total', 'counter', '{request}', 'tier pool outcome reason', 'Decisions: outcome admitted or rejected, and then the reason.'],
  ['limit', 'gauge', '{permit}', '', 'How many requests may be in flight at once.'],
  ['limit_floor', 'gauge', '{permit}', '', 'The lowest that the limit may go, where it says so.'],
  ['limit_changes_total', 'counter', '{change}', 'direction reason', 'Changes of the limit, by why it moved.'],
  ['limit_input', 'gauge', '1', 'input', 'What the limit is made from, by its own account.'],
  ['limit_info', 'gauge', '1', 'algorithm reason', 'Always 1: the algorithm, and why the limit is what it is.'],
  ['in_flight', 'gauge', '{permit}', 'pool', 'Permits in use.'],
  ['queued', 'gauge', '{request}', 'pool', 'Requests that wait.'],
  ['queued_by_tier', 'gauge', '{request}', 'tier', 'Requests that wait, in all pools together.'],
  ['queue_places', 'gauge', '{request}', 'pool', 'How many could wait now.'],
  ['queue_drain_per_second', 'gauge', '{request}', 'pool', 'Waiters served a second while there was a backlog.'],
  ['pool_least', 'gauge', '{permit}', 'pool', 'Permits that the pool may always have.'],
  ['pool_most', 'gauge', '{permit}', 'pool', 'Permits that the pool may have at most.'],
  ['wait_seconds', 'histogram', 's', 'tier pool', 'How long admitted requests waited.'],
  ['service_seconds', 'histogram', 's', 'tier pool outcome', 'How long permits were held, by what was learnt.'],
  ['pressure_ratio', 'gauge', '1', '', 'How close the process is to its end, 0 to 1.'],
  ['overloaded', 'gauge', '1', '', '1 while requests are refused for want of capacity.'],
  ['draining', 'gauge', '1', '', '1 once nobody is let in any more.'],
  ['mode', 'gauge', '1', 'mode', '1 for the mode that is on: enforce, shadow or off.'],
  ['flows', 'gauge', '{flow}', '', 'Flows with a request that waits or runs.'],
  ['debtors', 'gauge', '{flow}', '', 'Flows that have nothing, and owe.'],
  ['malformed_total', 'counter', '{request}', '', 'Requests with something that made no sense.'],
  ['clamped_costs_total', 'counter', '{request}', '', 'Requests that asked for more permits than one may take.'],
  ['errors_total', 'counter', '{error}', '', "Errors of the user's own functions."],
  ['listener_dropped_total', 'counter', '{event}', 'listener', 'Events that a listener of `subscribe` was not told, so that the service is not slowed.'],
  ['listener_errors_total', 'counter', '{error}', 'listener', 'Errors of such a listener.'],
  ['abandoned', 'gauge', '{request}', '', 'Handlers that go on after their client has left.'],
  ['overdue_total', 'counter', '{permit}', '', 'Permits taken back from handlers that had not ended.'],
  ['detached_total', 'counter', '{permit}', '', 'Permits given back while a client was slow.'],
  ['cut_off_total', 'counter', '{connection}', '', 'Clients that were too slow, and whose connections were ended.'],
  ['readiness', 'gauge', '1', 'state', '1 for the step that the process is at: waiting, warming, ready, leaving or draining.'],
  ['coalesced_total', 'counter', '{request}', 'what', 'Requests of routes that coalesce, by what became of them.'],
  ['coalesced_waiting', 'gauge', '{request}', '', 'Requests that wait for the answer to another, or are being given it.'],
  ['coalesce_bypassed_total', 'counter', '{request}', 'reason', 'Requests of such routes that shared with nobody, by reason.'],
  ['coalesce_unshareable_total', 'counter', '{answer}', 'reason', 'Answers that turned out to be for one alone, by reason.'],
  ['shadow_requests_total', 'counter', '{request}', 'tier pool would outcome', 'In shadow: what would have been said, by how the request ended in fact.'],
  ['shadow_in_flight', 'gauge', '{request}', '', 'In shadow: requests that run, whatever would have been said.'],
  ['option', 'gauge', '1', 'option', 'Every option that is a number or a switch, as it is now.'],
  ['option_info', 'gauge', '1', 'option value', 'Always 1: every option that is a word, and `function` for one that is a function.'],
  ['route_option', 'gauge', '1', 'route option', 'Every option that a route says itself and that is a number or a switch.'],
  ['route_option_info', 'gauge', '1', 'route option value', 'Always 1: every option that a route says itself and that is a word or a function.'],
]

// biome-ignore format: one line for each metric.
const CLIENT: readonly Row[] = [
  ['client_calls_total', 'counter', '{call}', 'outcome', 'Calls that ended: succeeded, failed or aborted.'],
  ['client_active', 'gauge', '{call}', '', 'Calls that have not ended.'],
  ['client_retries_total', 'counter', '{attempt}', '', 'Attempts after one that failed.'],
  ['client_hedges_total', 'counter', '{attempt}', '', 'Attempts because one was late.'],
  ['client_hedges_won_total', 'counter', '{attempt}', '', 'Hedges that answered first.'],
  ['client_refused_total', 'counter', '{attempt}', '', 'Attempts that the guards of the client did not let through.'],
  ['client_over_budget_total', 'counter', '{attempt}', '', 'Retries that the budget did not pay for.'],
  ['client_timeouts_total', 'counter', '{attempt}', '', 'Attempts that took too long.'],
  ['client_retry_credits', 'gauge', '{attempt}', 'service', 'Retries that the budget would pay for.'],
  ['client_hedge_credits', 'gauge', '{attempt}', 'service', 'Hedges that the budget would pay for.'],
  ['client_attempts_total', 'counter', '{attempt}', 'upstream', 'Attempts that were sent.'],
  ['client_limit', 'gauge', '{permit}', 'upstream', 'How many attempts may be in flight at once.'],
  ['client_in_flight', 'gauge', '{attempt}', 'upstream', 'Attempts in flight.'],
  ['client_queued', 'gauge', '{attempt}', 'upstream', 'Attempts that wait for a permit.'],
  ['client_throttled_ratio', 'gauge', '1', 'upstream', 'The share of attempts that the client refuses, 0 to 1.'],
  ['client_breaker', 'gauge', '1', 'upstream state', '1 for the state of the breaker: closed, open or half-open.'],
  ['client_breaker_opened_total', 'counter', '{opening}', 'upstream', 'How often the breaker has opened, after probes that failed as well.'],
  ['client_ejected', 'gauge', '1', 'upstream', '1 while set aside for its failures.'],
  ['client_on_probation', 'gauge', '1', 'upstream', '1 while it gets one call at a time for its slowness.'],
  ['client_malformed_total', 'counter', '{answer}', '', 'What servers and the user\'s own functions said that made no sense.'],
  ['client_option', 'gauge', '1', 'option', 'Every option of the client that is a number or a switch.'],
  ['client_option_info', 'gauge', '1', 'option value', 'Always 1: every option of the client that is a word.'],
]

// biome-ignore format: one line for each metric.
const SINGLEFLIGHT: readonly Row[] = [
  ['singleflight_flights', 'gauge', '{execution}', '', 'Executions under way.'],
  ['singleflight_total', 'counter', '{call}', 'what', 'What became of calls, by the counts of the snapshot.'],
  ['singleflight_cache', 'gauge', '1', 'what', 'What a cache holds: entries and bytes.'],
]

// biome-ignore format: one line for each metric.
const PROCESS: readonly Row[] = [
  ['event_loop_utilization_ratio', 'gauge', '1', '', 'The share of time that the loop was busy in the last half minute, 0 to 1.'],
  ['event_loop_delay_seconds', 'gauge', 's', 'stat', 'Delay of the loop in the last half minute: mean, p50, p99 and max.'],
  ['heap_used_bytes', 'gauge', 'By', '', 'Heap in use.'],
  ['heap_limit_bytes', 'gauge', 'By', '', 'What the heap may grow to.'],
]

// biome-ignore format: one line for each metric.
const TELEMETRY: readonly Row[] = [
  ['telemetry_dropped_total', 'counter', '{event}', 'kind what', 'What was not told so that the service is not slowed: series and routes; to OpenTelemetry also events and spans.'],
  ['telemetry_errors_total', 'counter', '{error}', 'kind', 'Errors of a limit that was read, a meter or a tracer. What an exporter throws is kept by its SDK.'],
]

/** Every metric there is. Names are part of the contract: one that changes is a breaking change. */
export const CATALOG: readonly Metric[] = Object.freeze([
  ...ADMISSION.map(toMetric('admission')),
  ...CLIENT.map(toMetric('client')),
  ...SINGLEFLIGHT.map(toMetric('singleflight')),
  ...PROCESS.map(toMetric('process')),
  ...TELEMETRY.map(toMetric('telemetry')),
])

/** Upper bounds of the buckets of durations, in seconds: half a millisecond to ten seconds. */
export const DURATION_BOUNDS: readonly number[] = Object.freeze([
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
])

/** The name in OpenTelemetry, where the unit is no part of it: `headgate.wait`. */
export function otelName({ name }: Metric): string {
  return name.replace(/^headgate_/, 'headgate.').replace(/_(?:total|seconds|bytes|ratio)$/, '')
}

function toMetric(source: MetricSource): (row: Row) => Metric {
  return ([name, type, unit, labels, help]) => ({
    name: `headgate_${name}`,
    type,
    unit,
    labels: labels === '' ? [] : labels.split(' '),
    source,
    help,
  })
}
