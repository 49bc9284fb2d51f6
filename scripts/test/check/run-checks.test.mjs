import t from 'tap'
import { runChecks } from '../../check/run-checks.mjs'

function run(checks) {
  const lines = []
  const count = runChecks('root', checks, (line) => lines.push(line))
  return { ...count, lines }
}

t.test('runs every check, prints a line for each, and counts', async (t) => {
  const good = () => ({ name: 'good', seen: 1, problems: [] })
  const bad = () => ({ name: 'bad', seen: 1, problems: ['no'] })
  const blind = () => ({ name: 'blind', seen: 0, problems: [] })
  const absent = () => ({ name: 'absent', skipped: 'why' })
  t.match(run([bad, blind, good, absent]), {
    passed: 1,
    failed: 2,
    skipped: 1,
    lines: [/^FAIL {2}bad/, /^FAIL {2}blind/, /^ok {4}good/, /^skip {2}absent: why/],
  })
})

t.test('a check that throws has failed', async (t) => {
  const broken = () => {
    throw new Error('out of order')
  }
  t.match(run([broken]), { passed: 0, failed: 1, lines: [/out of order/] })
})
