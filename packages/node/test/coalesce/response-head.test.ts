import type { OutgoingHttpHeaders } from 'node:http'
import t from 'tap'
import {
  type HeadTerms,
  judgeHead,
  type ResponseHead,
  sharedHeaders,
} from '../../src/coalesce/response-head.ts'

function head(headers: OutgoingHttpHeaders = {}, statusCode = 200): ResponseHead {
  return { statusCode, statusMessage: undefined, headers: headers as ResponseHead['headers'] }
}

const judge = (headers?: OutgoingHttpHeaders, status?: number) =>
  judgeHead(head(headers, status), 1_000)

const control = (value: string) => judge({ 'cache-control': value })
const ttlMs = (headers: OutgoingHttpHeaders) => (judge(headers) as HeadTerms).maxTtlMs

t.test('statuses about the one who asked are for him alone', async (t) => {
  for (const status of [206, 400, 401, 403, 407, 408, 409, 412, 416, 425, 428, 429]) {
    t.equal(judge({}, status), 'status', `${status}`)
  }
  for (const status of [200, 204, 301, 302, 304, 404, 410, 500, 503]) {
    t.type(judge({}, status), 'object', `${status}`)
  }
})

t.test('so is what the head says is', async (t) => {
  t.equal(judge({ 'set-cookie': ['a=1'] }), 'set-cookie')
  t.equal(control('max-age=60, Private'), 'cache-control')
  t.equal(control('private="x-name"'), 'cache-control')
  t.equal(control('no-store'), 'cache-control')
  t.equal(judge({ vary: 'accept, *' }), 'vary')
  t.equal(judge({ trailer: 'digest' }), 'trailer')
  t.equal(judge({ 'content-type': 'text/event-stream; charset=utf-8' }), 'streaming')
  t.equal(judge({ 'content-length': 1_001 }), 'too-large')
  t.type(judge({ 'content-length': '1000' }), 'object')
  t.type(control('x-private-hint=1, public'), 'object')
})

t.test('how long it may be kept', async (t) => {
  t.equal(ttlMs({}), Number.POSITIVE_INFINITY)
  t.equal(ttlMs({ 'cache-control': 'max-age=5' }), 5_000)
  t.equal(ttlMs({ 'cache-control': 'max-age=5, s-maxage=7' }), 7_000)
  t.equal(ttlMs({ 'cache-control': 'max-age="5"' }), 5_000)
  t.equal(ttlMs({ 'cache-control': 'max-age=5, max-age=9' }), 5_000)
  t.equal(ttlMs({ 'cache-control': 'max-age=5', age: '3' }), 2_000)
  t.equal(ttlMs({ 'cache-control': 'max-age=soon' }), 0)
  t.equal(ttlMs({ 'cache-control': 'no-cache' }), 0)
  t.equal(ttlMs({ expires: '0' }), 0)
  t.equal(ttlMs({ expires: new Date(Date.now() - 1_000).toUTCString() }), 0)
  t.ok(ttlMs({ expires: new Date(Date.now() + 60_000).toUTCString() }) > 50_000)
  for (const status of [302, 500, 503]) t.equal((judge({}, status) as HeadTerms).maxTtlMs, 0)
})

t.test('and whether it may be served when that is over', async (t) => {
  const mayBeStale = (value: string) => (control(value) as HeadTerms).mayBeStale
  t.ok(mayBeStale('max-age=5'))
  for (const value of ['must-revalidate', 'proxy-revalidate', 's-maxage=5', 'no-cache']) {
    t.notOk(mayBeStale(value), value)
  }
})

t.test('others get no header of the connection, nor what was set before the gate', async (t) => {
  const answer = head({
    'content-type': 'text/plain',
    connection: 'keep-alive, x-hop',
    'x-hop': '1',
    'transfer-encoding': 'chunked',
    date: 'now',
    'x-request-id': '7',
    'x-changed': 'after',
    vary: 'a, b',
  })
  const before = { 'x-request-id': '7', 'x-changed': 'before' }
  t.same(sharedHeaders(answer, before), {
    'content-type': 'text/plain',
    'x-changed': 'after',
    vary: 'a, b',
  })
})
