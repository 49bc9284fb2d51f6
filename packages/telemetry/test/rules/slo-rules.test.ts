import t from 'tap'
import { rulesCommand } from '../../src/rules/rules-command.ts'
import { burnFactor } from '../../src/rules/slo-rules.ts'
import { NO_PROMTOOL } from '../promtool.ts'
import { type Expectation, problemOf } from './promtool-case.ts'

const PER_STEP = 10_000
const FAST = 'HeadgateErrorBudgetBurn1h'
const SLOW = 'HeadgateErrorBudgetBurn6h'

interface Outage {
  /** The share of requests that is bad. */
  readonly share: number
  /** How long all was good before. */
  readonly quietSeconds: number
  readonly badSeconds: number
  readonly stepSeconds: number
}

/** How it was before: good for longer than the long window. */
const QUIET = {
  [FAST]: { quietSeconds: 3_900, stepSeconds: 15 },
  [SLOW]: { quietSeconds: 22_500, stepSeconds: 60 },
} as const

const RULES = {
  [FAST]: rulesFor(['1h', '5m'], FAST),
  [SLOW]: rulesFor(['6h', '30m'], SLOW),
}

t.test('burns as fast as the table says', async (t) => {
  const factors = [
    { budgetRatio: 0.02, longHours: 1 },
    { budgetRatio: 0.05, longHours: 6 },
    { budgetRatio: 0.1, longHours: 24 },
    { budgetRatio: 0.1, longHours: 72 },
  ].map((burn) => [burnFactor(burn, 30), burnFactor(burn, 28)])
  t.same(factors, [
    [14.4, 13.44],
    [6, 5.6],
    [3, 2.8],
    [1, 0.933333333333],
  ])
})

// Seconds from the first bad request until somebody is told: factor × budget / share of bad × long window.
const KNOWN = [
  { alert: FAST, share: 1, seconds: 51.84 },
  { alert: FAST, share: 0.5, seconds: 103.68 },
  { alert: FAST, share: 0.1, seconds: 518.4 },
  { alert: FAST, share: 0.02, seconds: 2_592 },
  { alert: SLOW, share: 1, seconds: 129.6 },
  { alert: SLOW, share: 0.1, seconds: 1_296 },
] as const

for (const { alert, share, seconds } of KNOWN) {
  const name = `${alert} fires after ${seconds} s of ${share * 100} % bad requests`
  t.test(name, { skip: NO_PROMTOOL }, async (t) => {
    // The last step before it, and the first one after.
    const { quietSeconds, stepSeconds } = QUIET[alert]
    const before = quietSeconds + Math.floor(seconds / stepSeconds) * stepSeconds
    const outage = { share, badSeconds: seconds + 60, ...QUIET[alert] }
    const expected = [
      { atSeconds: before, alert, fires: false },
      { atSeconds: before + stepSeconds, alert, fires: true },
    ]
    t.equal(judge(alert, outage, expected), '')
  })
}

t.test('1.44 % never pages', { skip: NO_PROMTOOL }, async (t) => {
  const { quietSeconds } = QUIET[FAST]
  const outage = { share: 0.0144, badSeconds: 7_200, ...QUIET[FAST] }
  const expected = [0.5, 1, 1.5].map((hours) => ({
    atSeconds: quietSeconds + hours * 3_600,
    alert: FAST,
    fires: false,
  }))
  t.equal(judge(FAST, outage, expected), '')
})

t.test('after an outage it is over in 295.7 s', { skip: NO_PROMTOOL }, async (t) => {
  const outage = { share: 1, badSeconds: 600, ...QUIET[FAST] }
  const end = outage.quietSeconds + outage.badSeconds
  const expected = [
    { atSeconds: end, alert: FAST, fires: true },
    { atSeconds: end + 285, alert: FAST, fires: true },
    { atSeconds: end + 300, alert: FAST, fires: false },
  ]
  t.equal(judge(FAST, outage, expected), '')
})

t.test('over a quota of their own, or gone: no bad request', { skip: NO_PROMTOOL }, async (t) => {
  const { stepSeconds } = QUIET[FAST]
  const steps = 7_200 / stepSeconds
  const series = {
    [requests('admitted', '')]: `0+10x${steps}`,
    [requests('rejected', 'tenant-rate')]: `0+90x${steps}`,
    [requests('rejected', 'cancelled')]: `0+90x${steps}`,
    [requests('rejected', 'shed')]: `0x${steps}`,
  }
  const expected = [{ atSeconds: 7_200, alert: FAST, fires: false }]
  t.equal(problemOf(RULES[FAST], { stepSeconds, series, expected }), '')
})

t.test(
  'of less than 1 / budget requests an hour nothing is said',
  { skip: NO_PROMTOOL },
  async (t) => {
    // At 99.9 % that is a thousand: 960 and 1,200 of them.
    for (const [perMinute, fires] of [
      [16, false],
      [20, true],
    ] as const) {
      const series = {
        [requests('admitted', '')]: '0x120',
        [requests('rejected', 'shed')]: `0+${perMinute}x120`,
      }
      const expected = [{ atSeconds: 7_200, alert: FAST, fires }]
      const problem = problemOf(RULES[FAST], { stepSeconds: 60, series, expected })
      t.equal(problem, '', `${perMinute} a minute`)
    }
  },
)

/** Those of the printed rules that the alert needs: promtool is slow with the long windows. */
function rulesFor(windows: readonly string[], alert: string): string {
  const [head = '', ...rules] = rulesCommand(['--slo', '99.9']).split(/\n(?= {6}- )/)
  const names = [...windows.map((window) => `ratio_rate${window}\n`), `${alert}\n`]
  const wanted = rules.filter((rule) => names.some((name) => `${rule}\n`.includes(name)))
  return [head, ...wanted.map((rule) => rule.split('\n  - name')[0])].join('\n')
}

function judge(
  alert: keyof typeof RULES,
  { share, quietSeconds, badSeconds, stepSeconds }: Outage,
  expected: readonly Expectation[],
): string {
  const quiet = Math.round(quietSeconds / stepSeconds)
  const bad = Math.round(badSeconds / stepSeconds)
  const after = Math.round(600 / stepSeconds)
  const refused = Math.round(share * PER_STEP)
  const good = PER_STEP - refused
  const [good0, good1] = [quiet * PER_STEP, quiet * PER_STEP + bad * good]
  const series = {
    [requests('admitted', '')]:
      `0+${PER_STEP}x${quiet} ${good0 + good}+${good}x${bad - 1} ` +
      `${good1 + PER_STEP}+${PER_STEP}x${after}`,
    [requests('rejected', 'shed')]:
      `0x${quiet} ${refused}+${refused}x${bad - 1} ${bad * refused}x${after}`,
  }
  return problemOf(RULES[alert], { stepSeconds, series, expected })
}

function requests(outcome: string, reason: string): string {
  return `headgate_requests_total{job="a",name="b",outcome="${outcome}",reason="${reason}"}`
}
