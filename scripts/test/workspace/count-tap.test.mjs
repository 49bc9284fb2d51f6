import t from 'tap'
import { countTap } from '../../workspace/count-tap.mjs'

const END = (total, pass, fail) =>
  `# { total: ${total}, pass: ${pass}${fail > 0 ? `, fail: ${fail}` : ''} }\n`

t.test('counts assertions, not the tests they stand in', async (t) => {
  const text = [
    'TAP version 14',
    '# Subtest: outer',
    '    ok 1 - a',
    '    ok 2 - b',
    '    1..2',
    'ok 1 - outer',
    'ok 2 - c',
    '1..2',
    END(3, 3, 0),
  ].join('\n')
  t.strictSame(countTap(text), { passed: 3, failed: 0, skipped: 0 })
})

t.test('counts failures, skips and todos', async (t) => {
  const text = [
    'TAP version 14',
    'ok 1 - a',
    'not ok 2 - b',
    'ok 3 - c # SKIP',
    'not ok 4 - d # TODO',
    '1..4',
  ]
  const trailer = '# { total: 4, pass: 1, fail: 1, todo: 1, skip: 1 }\n'
  t.strictSame(countTap([...text, trailer].join('\n')), { passed: 1, failed: 1, skipped: 2 })
})

t.test('a report of nothing but skips, or nothing but failures, is complete', async (t) => {
  const skips = 'TAP version 14\nok 1 - a # SKIP\n1..1\n# { total: 1, skip: 1 }\n'
  t.strictSame(countTap(skips), { passed: 0, failed: 0, skipped: 1 })
  const failures = 'TAP version 14\nnot ok 1 - a\n1..1\n# { total: 1, fail: 1 }\n'
  t.strictSame(countTap(failures), { passed: 0, failed: 1, skipped: 0 })
})

t.test('does not trust a report that is cut short, at odds with itself, or empty', async (t) => {
  const cases = [
    ['', /cut short/],
    ['TAP version 14\nok 1 - a\n', /cut short/],
    [`TAP version 14\nok 1 - a\n1..1\n${END(2, 2, 0)}`, /counts .* read were 1 passed/],
    [`TAP version 14\nok 1 - a\n1..2\n${END(1, 1, 0)}`, /./],
    [`TAP version 14\n1..0\n${END(0, 0, 0)}`, /no assertions/],
  ]
  for (const [text, expected] of cases) {
    const { failed, problem } = countTap(text)
    t.ok(failed > 0, JSON.stringify(text))
    t.match(problem ?? '', expected, JSON.stringify(text))
  }
})
