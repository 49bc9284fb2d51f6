import t from 'tap'
import { serverHints } from '../../src/ears/server-hints.ts'

const check = (
  t: { match(found: object, wanted: object, name: string): unknown },
  headers: Record<string, string | string[]>,
  expected: object,
) => t.match(serverHints(headers, 0), expected, JSON.stringify(headers))

t.test('of two times the longer counts, and a no is a no', async (t) => {
  check(t, {}, { askedMs: undefined, isNack: false, scope: undefined })
  check(t, { 'retry-after': '1' }, { askedMs: 1000 })
  check(t, { 'x-retry-pushback-ms': '250' }, { askedMs: 250 })
  check(t, { 'grpc-retry-pushback-ms': '250' }, { askedMs: 250 })
  check(t, { 'retry-after': '1', 'x-retry-pushback-ms': '250' }, { askedMs: 1000 })
  check(t, { 'retry-after': '1', 'x-retry-pushback-ms': '-1' }, { askedMs: -1 })
  check(t, { 'retry-after': 'x', 'x-retry-pushback-ms': '250' }, { askedMs: 250 })
  for (const garbage of ['', 'x', '1.5', '1e3', '9'.repeat(400), ['1', '2']]) {
    check(t, { 'x-retry-pushback-ms': garbage }, { askedMs: -1 })
  }
})

t.test('a nack and a scope are said in one way only', async (t) => {
  check(t, { 'x-nack': '1' }, { isNack: true })
  check(t, { 'x-nack': 'true' }, { isNack: true })
  check(t, { 'finagle-http-nack': '' }, { isNack: true, askedMs: undefined })
  check(t, { 'finagle-http-nonretryable-nack': '' }, { isNack: true, askedMs: -1 })
  for (const no of ['', '0', 'false', 'no', ['1', '1']])
    check(t, { 'x-nack': no }, { isNack: false })
  check(t, { 'x-overload': 'scope=instance' }, { scope: 'instance' })
  check(t, { 'x-overload': 'a=1; scope=service' }, { scope: 'service' })
  for (const no of ['', 'instance', 'scope=', 'scope=region', 'noscope=service']) {
    check(t, { 'x-overload': no }, { scope: undefined })
  }
})
