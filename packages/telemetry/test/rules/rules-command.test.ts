import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { CATALOG } from '../../src/catalog.ts'
import { rulesCommand, USAGE } from '../../src/rules/rules-command.ts'
import { NO_PROMTOOL } from '../promtool.ts'
import { checkRules } from './promtool-case.ts'

const ROOT = new URL('../../../../../', import.meta.url)

t.test('every alert names a runbook that is there', async (t) => {
  const rules = rulesCommand(['--slo', '99.9'])
  const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name as string)
  const runbooks = [...rules.matchAll(/docs\/runbooks\/([\w-]+\.md)"/g)].map(
    ([, page]) => page as string,
  )
  t.equal(runbooks.length, alerts.length)
  for (const page of new Set(runbooks)) {
    t.ok(existsSync(new URL(`docs/runbooks/${page}`, ROOT)), page)
  }
  for (const alert of alerts) {
    const pages = [...new Set(runbooks)].map((page) =>
      readFileSync(new URL(`docs/runbooks/${page}`, ROOT), 'utf8'),
    )
    t.ok(
      pages.some((text) => text.includes(alert)),
      `${alert} is named in a runbook`,
    )
  }
})

t.test('every metric in a rule or on the dashboard is in the catalogue', async (t) => {
  const known = new Set(CATALOG.map(({ name }) => name))
  for (const text of [rulesCommand(['--slo', '99.9']), rulesCommand(['--dashboard'])]) {
    const names = new Set(
      text.match(/headgate_\w+/g)?.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')),
    )
    t.ok(names.size > 5)
    for (const name of names) t.ok(known.has(name), name)
  }
})

t.test('thresholds are those of the table of the workbook', async (t) => {
  const days30 = rulesCommand(['--slo', '99.9'])
  for (const threshold of ['1h > 0.0144 ', '6h > 0.006 ', '1d > 0.003 ', '3d > 0.001 ']) {
    t.match(days30, threshold)
  }
  const days28 = rulesCommand(['--slo', '99', '--period-days', '28'])
  for (const threshold of [
    '1h > 0.1344 ',
    '6h > 0.056 ',
    '1d > 0.028 ',
    '3d > 0.00933333333333 ',
  ]) {
    t.match(days28, threshold)
  }
})

t.test('takes your own measure of bad and of all', async (t) => {
  const rules = rulesCommand([
    ...['--slo', '99.9', '--errors', 'sum(rate(bad[window])) + sum(rate(worse[window]))'],
    ...['--total', 'sum(rate(all[window]))', '--runbooks', 'https://example.com/books/'],
  ])
  t.match(rules, '(sum(rate(bad[6h])) + sum(rate(worse[6h]))) / (sum(rate(all[6h])))')
  t.match(rules, 'and (sum(rate(all[6h]))) * 21600 > 1000')
  t.match(rules, 'https://example.com/books/rejecting.md')
})

t.test('a hurry shortens every window and wait, and no threshold', async (t) => {
  const calm = rulesCommand(['--slo', '99.9'])
  const rules = rulesCommand(['--slo', '99.9', '--speed-up', '60'])
  t.match(rules, 'Made by: headgate-rules --slo 99.9 --speed-up 60')
  t.match(rules, 'ratio_rate1m > 0.0144 and headgate:sli_error:ratio_rate5s > 0.0144')
  t.match(rules, 'for: 500ms')
  t.equal(rules.match(/speed_up: "60"/g)?.length, rules.match(/alert: /g)?.length)
  t.notMatch(calm, 'speed_up')
  const minutes = (text: string): number[] =>
    [...text.matchAll(/(?:\[|for: )(\d+)(ms|[smhd])/g)].map(
      ([, count, unit]) =>
        Number(count) * ({ ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit as string] ?? 0),
    )
  t.same(
    minutes(rules).map((ms) => ms * 60),
    minutes(calm),
  )
})

t.test('takes what is just right', async (t) => {
  t.match(rulesCommand(['--slo', '93.06']), '1h > 0.99936 ')
  t.match(rulesCommand(['--slo', '99', '--period-days', '90']), '1h > 0.432 ')
  t.match(rulesCommand(['--slo', '99', '--wait-target-ms', '9999']), '> 9.999')
})

t.test('names the command that made them, with every option', async (t) => {
  const argv = [
    ...[
      '--slo',
      '99.5',
      '--period-days',
      '28',
      '--wait-target-ms',
      '80',
      '--runbooks=https://a.b/c',
    ],
    ...['--errors', "sum(rate(bad{a='b'}[window]))", '--total', 'sum(\n  rate(all[window]))'],
  ]
  const [first, second] = rulesCommand(argv).split('\n')
  t.equal(
    first,
    '# Made by: headgate-rules --slo 99.5 --period-days 28 --wait-target-ms 80 --runbooks=https://a.b/c ' +
      `--errors 'sum(rate(bad{a='\\''b'\\''}[window]))' --total 'sum( rate(all[window]))'`,
  )
  t.equal(second, 'groups:')
})

t.test('says what is wrong with a command line', async (t) => {
  const wrong: [string[], RegExp][] = [
    [[], /--slo must be a number above 0 and below 100/],
    [['--slo', '100'], /--slo/],
    [['--slo', 'many'], /got many/],
    [['--slo', '99', '--period-days', '0'], /--period-days/],
    [['--slo', '99', '--wait-target-ms', '0'], /--wait-target-ms/],
    [['--slo', '99', '--speed-up', '0.5'], /--speed-up/],
    [['--slo', '99', '--speed-up', '101'], /--speed-up/],
    [['--slo', '99', '--errors', 'x[window]'], /belong together/],
    [['--slo', '99', '--errors', 'x', '--total', 'y'], /no \[window\]/],
    [['--sol', '99'], /--sol/],
    [['--slo', '0x10'], /--slo must be .*, got 0x10/],
    [['--slo', '1e1'], /--slo must be .*, got 1e1/],
    [['--slo', '90'], /--slo must be at least 93\.06 over 30 days.* got 90/],
    [['--slo', '97', '--period-days', '90'], /--slo must be at least 97\.69/],
    [
      ['--slo', '99', '--period-days', '7'],
      /--period-days must be a number from 28 to 90 .*3d.*got 7/,
    ],
    [['--slo', '99', '--period-days', '91'], /--period-days/],
    [
      ['--slo', '99', '--wait-target-ms', '20000'],
      /--wait-target-ms must be a number from 1 to 9999 .*got 20000/,
    ],
    [['--slo', '99', '--wait-target-ms', '10000'], /--wait-target-ms/],
  ]
  for (const [argv, message] of wrong) t.throws(() => rulesCommand(argv), { message })
  t.equal(rulesCommand(['--help']), `${USAGE}\n`)
})

t.test('promtool takes the rules', { skip: NO_PROMTOOL }, async (t) => {
  const { status, output } = checkRules(rulesCommand(['--slo', '99.9']))
  t.equal(status, 0, output)
})

t.test('promtool parses every expression of the dashboard', { skip: NO_PROMTOOL }, async (t) => {
  const { panels } = JSON.parse(rulesCommand(['--dashboard'])) as {
    panels: { targets: { expr: string }[] }[]
  }
  const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  t.ok(exprs.length > 20)
  const rules = exprs.map((expr, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m'),
  }))
  const file = JSON.stringify({ groups: [{ name: 'panels', rules }] })
  const { status, output } = checkRules(file)
  t.equal(status, 0, output)
  t.match(output, `${exprs.length} rules found`)
})
