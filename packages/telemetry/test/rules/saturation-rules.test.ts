import t from 'tap'
import { rulesCommand } from '../../src/rules/rules-command.ts'
import { NO_PROMTOOL } from '../promtool.ts'
import { problemOf } from './promtool-case.ts'

const RULES = rulesCommand(['--slo', '99.9', '--wait-target-ms', '50'])
const STEP_SECONDS = 15

t.test(
  'each saturation alert fires for its cause, and not before its time',
  { skip: NO_PROMTOOL },
  async (t) => {
    const id = 'job="a",name="b"'
    t.equal(
      judge('HeadgateQueueNearlyFull', 60, {
        [`headgate_queued{${id},pool="p"}`]: '52x80',
        [`headgate_queue_places{${id},pool="p"}`]: '64x80',
      }),
      '',
    )
    t.equal(
      judge('HeadgateWaitOverTarget', 300 + STEP_SECONDS, {
        [`headgate_wait_seconds_bucket{${id},le="0.05"}`]: '0+98x80',
        [`headgate_wait_seconds_bucket{${id},le="0.1"}`]: '0+100x80',
        [`headgate_wait_seconds_bucket{${id},le="+Inf"}`]: '0+100x80',
      }),
      '',
    )
    t.equal(
      judge('HeadgateLimitAtFloor', 300 + STEP_SECONDS, {
        [`headgate_limit{${id}}`]: '4x80',
        [`headgate_limit_floor{${id}}`]: '4x80',
        [`headgate_requests_total{${id},outcome="rejected",reason="shed"}`]: '0+1x80',
      }),
      '',
    )
    t.equal(
      judge('HeadgatePermitsLeaked', 300 + STEP_SECONDS, {
        [`headgate_overdue_total{${id}}`]: '0+1x80',
      }),
      '',
    )
    t.equal(
      judge('HeadgateRetriesOverBudget', 300 + STEP_SECONDS, {
        [`headgate_client_over_budget_total{${id}}`]: '0+1x80',
      }),
      '',
    )
    t.equal(
      judge('HeadgateBreakerOpen', 60, {
        [`headgate_client_breaker{${id},upstream="u",state="open"}`]: '1x80',
      }),
      '',
    )
    t.equal(
      judge('HeadgateRejecting', 30 + STEP_SECONDS, {
        [`headgate_requests_total{${id},outcome="admitted",reason=""}`]: '0+98x80',
        [`headgate_requests_total{${id},outcome="rejected",reason="shed"}`]: '0+2x80',
      }),
      '',
    )
  },
)

t.test('a service that is well is left alone', { skip: NO_PROMTOOL }, async (t) => {
  const id = 'job="a",name="b"'
  const series = {
    [`headgate_queued{${id},pool="p"}`]: '50x80',
    [`headgate_queue_places{${id},pool="p"}`]: '64x80',
    [`headgate_in_flight{${id},pool="p"}`]: '3x80',
    [`headgate_limit{${id}}`]: '20x80',
    [`headgate_limit_floor{${id}}`]: '4x80',
    [`headgate_requests_total{${id},outcome="admitted",reason=""}`]: '0+1000x80',
    [`headgate_requests_total{${id},outcome="rejected",reason="shed"}`]: '0+9x80',
    [`headgate_overdue_total{${id}}`]: '7x80',
    [`headgate_client_over_budget_total{${id}}`]: '3x80',
    [`headgate_client_breaker{${id},upstream="u",state="open"}`]: '0x80',
  }
  const expected = alerts().map((alert) => ({ atSeconds: 1_200, alert, fires: false }))
  t.equal(problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected }), '')
})

function alerts(): readonly string[] {
  const all = [...RULES.matchAll(/alert: (\w+)/g)].map(([, name]) => name as string)
  return all.filter((name) => !name.includes('Burn'))
}

function judge(
  ...[alert, seconds, series]: [alert: string, seconds: number, series: Record<string, string>]
): string {
  const expected = [
    { atSeconds: seconds - STEP_SECONDS, alert, fires: false },
    { atSeconds: seconds + STEP_SECONDS, alert, fires: true },
  ]
  return problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected })
}
