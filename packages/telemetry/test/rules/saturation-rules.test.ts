import t from 'tap'
import { rulesCommand } from '../../src/rules/rules-command.ts'
import { NO_PROMTOOL } from '../promtool.ts'
import { problemOf } from './promtool-case.ts'

const ALL = rulesCommand(['--slo', '99.9', '--wait-target-ms', '50'])
/** Without the long windows of the error budget: promtool is slow with them. */
const RULES = `groups:\n${ALL.slice(ALL.indexOf('  - name: headgate-saturation'))}`
const STEP_SECONDS = 15

t.test(
  'each saturation alert fires for its cause, and not before its time',
  { skip: NO_PROMTOOL },
  async (t) => {
    const id = 'job="a",name="b"'
    t.equal(
      judge('HeadgateQueueNearlyFull', 60, {
        [`headgate_queued{${id},pool="p"}`]: '64x80',
        [`headgate_queue_places{${id},pool="p"}`]: '80x80',
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
      judge('HeadgateBreakerOpen', 120, {
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

t.test('the queue is nearly full where `important` is shed', { skip: NO_PROMTOOL }, async (t) => {
  const alert = 'HeadgateQueueNearlyFull'
  const judged = (queued: string, fires: boolean): string => {
    const series = {
      'headgate_queued{job="a",name="b",pool="p"}': queued,
      'headgate_queue_places{job="a",name="b",pool="p"}': '80x80',
    }
    const expected = [300, 600, 900].map((atSeconds) => ({ atSeconds, alert, fires }))
    return problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected })
  }
  t.equal(judged('64x80', true), '', 'exactly 0.8')
  t.equal(judged('63x80', false), '', 'less')
  // Twice what 20 permits of 10 ms can carry, all of it `important`, as the simulated service of core's
  // tests has it once a second: shed from 64 of 80 on, let in again from 60 down.
  const shed = [
    ...[62, 62, 61, 61, 63, 57, 62, 57, 64, 64, 61, 64],
    ...[63, 61, 63, 61, 62, 63, 62, 60, 60, 62, 63, 60],
  ]
  t.equal(judged(repeated(shed), true), '', 'shed')
  t.equal(judged(`0x10 64 70 ${repeated([3, 0, 5])}`, false), '', 'one burst')
})

t.test(
  'nobody wakes for quotas, clients that left, or a drain',
  { skip: NO_PROMTOOL },
  async (t) => {
    const reasons = ['tenant-full', 'tenant-rate', 'rate', 'cancelled', 'draining']
    const series = Object.fromEntries(
      reasons.flatMap((reason) => [
        [requests('admitted', '', reason), '0+980x80'],
        [requests('rejected', reason, reason), '0+900x80'],
        [`headgate_limit{job="a",name="${reason}"}`, '4x80'],
        [`headgate_limit_floor{job="a",name="${reason}"}`, '4x80'],
      ]),
    )
    const expected = ['HeadgateRejecting', 'HeadgateLimitAtFloor'].map((alert) => ({
      ...{ atSeconds: 1_200, alert, fires: false },
    }))
    t.equal(problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected }), '')
  },
)

t.test(
  'quotas do not hide what is refused for want of capacity',
  { skip: NO_PROMTOOL },
  async (t) => {
    const series = {
      [requests('admitted', '')]: '0+980x80',
      [requests('rejected', 'shed')]: '0+20x80',
      [requests('rejected', 'tenant-rate')]: '0+9000x80',
    }
    const expected = [{ atSeconds: 120, alert: 'HeadgateRejecting', fires: true }]
    t.equal(problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected }), '')
  },
)

t.test('a handful of requests wakes nobody', { skip: NO_PROMTOOL }, async (t) => {
  const judged = (admitted: string, refused: string, fires: boolean): string => {
    const series = {
      [requests('admitted', '')]: admitted,
      [requests('rejected', 'shed')]: refused,
    }
    const expected = [375, 390, 405].map((atSeconds) => ({
      ...{ atSeconds, alert: 'HeadgateRejecting', fires },
    }))
    return problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected })
  }
  t.equal(judged('0+15x80', '0x22 1x57', false), '', 'one refused, of 60 a minute')
  t.equal(judged('0+20x80', '0+4x80', false), '', '16 of 96 a minute')
  t.equal(judged('0+22x80', '0+4x80', true), '', '16 of 104 a minute')
})

t.test('an idle instance is not at its floor for another one', { skip: NO_PROMTOOL }, async (t) => {
  const series = {
    'headgate_limit{job="a",name="b",instance="idle"}': '4x80',
    'headgate_limit_floor{job="a",name="b",instance="idle"}': '4x80',
    'headgate_limit{job="a",name="b",instance="busy"}': '20x80',
    'headgate_limit_floor{job="a",name="b",instance="busy"}': '4x80',
    'headgate_requests_total{job="a",name="b",instance="idle",outcome="rejected",reason="shed"}':
      '0x80',
    'headgate_requests_total{job="a",name="b",instance="busy",outcome="rejected",reason="shed"}':
      '0+5x80',
  }
  const expected = [{ atSeconds: 1_200, alert: 'HeadgateLimitAtFloor', fires: false }]
  t.equal(problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected }), '')
})

t.test('a breaker that is open, but for its probes', { skip: NO_PROMTOOL }, async (t) => {
  const alert = 'HeadgateBreakerOpen'
  const judged = (open: string, fires: boolean): string => {
    const series = {
      'headgate_client_breaker{job="a",name="b",upstream="u",state="open"}': open,
    }
    const expected = [150, 300, 600, 900].map((atSeconds) => ({ atSeconds, alert, fires }))
    return problemOf(RULES, { stepSeconds: STEP_SECONDS, series, expected })
  }
  t.equal(judged(repeated([1, 1, 1, 0]), true), '', 'half-open at every fourth scrape')
  t.equal(judged('1 0x80', false), '', 'open at one scrape')
  t.equal(judged('0x5 1x2 0x80', false), '', 'open for less than a minute, once')
})

t.test('a scrape every 30 s is enough, one a minute is not', { skip: NO_PROMTOOL }, async (t) => {
  for (const [stepSeconds, fires] of [
    [30, true],
    [61, false],
  ] as const) {
    const series = {
      [requests('admitted', '')]: '0+98x80',
      [requests('rejected', 'shed')]: '0+98x80',
    }
    const expected = [{ atSeconds: 10 * stepSeconds, alert: 'HeadgateRejecting', fires }]
    t.equal(problemOf(RULES, { stepSeconds, series, expected }), '', `${stepSeconds} s`)
  }
})

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

function requests(outcome: string, reason: string, name = 'b'): string {
  return `headgate_requests_total{job="a",name="${name}",outcome="${outcome}",reason="${reason}"}`
}

/** Values in promtool's notation, again and again, until there are 81. */
function repeated(values: readonly number[]): string {
  return Array.from({ length: 81 }, (_, index) => values[index % values.length]).join(' ')
}

function alerts(): readonly string[] {
  return [...RULES.matchAll(/alert: (\w+)/g)].map(([, name]) => name as string)
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
