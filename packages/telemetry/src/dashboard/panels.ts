import { of, type Panel, rate } from './panel.ts'

/** Top to bottom: is anybody hit, who and why, what is the limit and what moved it, what is behind it. */
export const PANELS: readonly Panel[] = Object.freeze([
  {
    title: 'Admitted and refused, by reason',
    unit: 'reqps',
    queries: [
      {
        expr: `sum (${rate('headgate_requests_total', 'outcome="admitted"')})`,
        legend: 'admitted',
      },
      {
        expr: `sum by (reason) (${rate('headgate_requests_total', 'outcome="rejected"')}) > 0`,
        legend: '{{reason}}',
      },
    ],
  },
  {
    title: 'Share refused, by tier',
    unit: 'percentunit',
    queries: [
      {
        expr: `sum by (tier) (${rate('headgate_requests_total', 'outcome="rejected"')}) / sum by (tier) (${rate('headgate_requests_total')})`,
        legend: '{{tier}}',
      },
    ],
  },
  {
    title: 'The limit, in flight, and waiting',
    unit: 'short',
    queries: [
      { expr: `sum by (name) (${of('headgate_limit')})`, legend: 'limit {{name}}' },
      { expr: `sum by (pool) (${of('headgate_in_flight')})`, legend: 'in flight {{pool}}' },
      { expr: `sum by (pool) (${of('headgate_queued')})`, legend: 'waiting {{pool}}' },
      { expr: `sum by (pool) (${of('headgate_queue_places')})`, legend: 'places {{pool}}' },
    ],
  },
  {
    title: 'What moved the limit',
    unit: 'short',
    queries: [
      {
        expr: `sum by (direction, reason) (increase(${of('headgate_limit_changes_total')}[$__rate_interval])) > 0`,
        legend: '{{direction}}: {{reason}}',
      },
    ],
  },
  {
    title: 'What the limit is made from',
    unit: 'short',
    queries: [{ expr: `avg by (input) (${of('headgate_limit_input')})`, legend: '{{input}}' }],
  },
  {
    title: 'Wait, p50 and p99',
    unit: 's',
    queries: [50, 99].map((percentile) => ({
      expr: `histogram_quantile(${percentile / 100}, sum by (tier, le) (${rate('headgate_wait_seconds_bucket')}))`,
      legend: `p${percentile} {{tier}}`,
    })),
  },
  {
    title: 'Service, p50 and p99',
    unit: 's',
    queries: [50, 99].map((percentile) => ({
      expr: `histogram_quantile(${percentile / 100}, sum by (tier, le) (${rate('headgate_service_seconds_bucket')}))`,
      legend: `p${percentile} {{tier}}`,
    })),
  },
  {
    title: 'In flight against what rate and service time say (Little)',
    unit: 'short',
    queries: [
      { expr: `sum (${of('headgate_in_flight')})`, legend: 'in flight' },
      { expr: `sum (${rate('headgate_service_seconds_sum')})`, legend: 'rate times service time' },
    ],
  },
  {
    title: 'Pressure, event loop',
    unit: 'percentunit',
    queries: [
      { expr: `max (${of('headgate_pressure_ratio')})`, legend: 'pressure' },
      { expr: 'max (headgate_event_loop_utilization_ratio{job=~"$job"})', legend: 'event loop' },
    ],
  },
  {
    title: 'Delay of the event loop',
    unit: 's',
    queries: [
      {
        expr: 'max by (stat) (headgate_event_loop_delay_seconds{job=~"$job"})',
        legend: '{{stat}}',
      },
    ],
  },
  {
    title: 'Heap',
    unit: 'bytes',
    queries: [
      { expr: 'max (headgate_heap_used_bytes{job=~"$job"})', legend: 'used' },
      { expr: 'max (headgate_heap_limit_bytes{job=~"$job"})', legend: 'limit' },
    ],
  },
  {
    title: 'In shadow: what would have been said, and what happened',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (would, outcome) (${rate('headgate_shadow_requests_total')}) > 0`,
        legend: '{{would}}, in fact {{outcome}}',
      },
    ],
  },
  {
    title: 'Calls to others: retries, hedges, refused here',
    unit: 'reqps',
    queries: [
      { expr: `sum (${rate('headgate_client_retries_total')})`, legend: 'retries' },
      { expr: `sum (${rate('headgate_client_hedges_total')})`, legend: 'hedges' },
      { expr: `sum (${rate('headgate_client_over_budget_total')})`, legend: 'over budget' },
      { expr: `sum (${rate('headgate_client_refused_total')})`, legend: 'refused here' },
    ],
  },
  {
    title: 'Upstreams: breaker open, ejected, throttled',
    unit: 'short',
    queries: [
      {
        expr: `max by (upstream) (${of('headgate_client_breaker', 'state="open"')})`,
        legend: 'open {{upstream}}',
      },
      {
        expr: `max by (upstream) (${of('headgate_client_ejected')})`,
        legend: 'ejected {{upstream}}',
      },
      {
        expr: `max by (upstream) (${of('headgate_client_throttled_ratio')})`,
        legend: 'throttled {{upstream}}',
      },
    ],
  },
  {
    title: 'Calls that were saved',
    unit: 'reqps',
    queries: [
      { expr: `sum by (what) (${rate('headgate_singleflight_total')})`, legend: '{{what}}' },
    ],
  },
  {
    title: 'Error budget: bad requests over an hour',
    unit: 'percentunit',
    queries: [
      {
        expr: 'max by (name) (headgate:sli_error:ratio_rate1h{job=~"$job",name=~"$name"})',
        legend: '{{name}}',
      },
    ],
  },
  {
    title: 'Permits of work that does not end, and what telemetry left out',
    unit: 'short',
    queries: [
      {
        expr: `sum (increase(${of('headgate_overdue_total')}[$__rate_interval]))`,
        legend: 'overdue',
      },
      { expr: `sum (${of('headgate_abandoned')})`, legend: 'abandoned' },
      {
        expr: `sum by (what) (increase(${of('headgate_telemetry_dropped_total')}[$__rate_interval]))`,
        legend: 'untold {{what}}',
      },
    ],
  },
] satisfies readonly Panel[])
