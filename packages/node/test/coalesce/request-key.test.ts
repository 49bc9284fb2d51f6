import type { IncomingHttpHeaders } from 'node:http'
import t from 'tap'
import {
  type CoalesceOptions,
  resolveCoalesceOptions,
} from '../../src/coalesce/coalesce-options.ts'
import { type RequestKey, requestKey, variantKey } from '../../src/coalesce/request-key.ts'
import type { RawRequest } from '../../src/index.ts'

interface Asked {
  readonly url?: string
  readonly originalUrl?: string
  readonly method?: string
  readonly headers?: IncomingHttpHeaders
  readonly socket?: object
}

function raw({ url = '/', method = 'GET', headers = {}, socket = {}, ...rest }: Asked): RawRequest {
  return { url, method, headers: { host: 'a', ...headers }, socket, ...rest } as RawRequest
}

function keyOf(
  asked: Asked,
  options: CoalesceOptions<RawRequest> = {},
  tenant?: string,
): RequestKey | string {
  const request = raw(asked)
  return requestKey(request, resolveCoalesceOptions(options), {
    request,
    tenant,
    ask: (question) => question(),
  })
}

function isSame(a: Asked, b: Asked, options?: CoalesceOptions<RawRequest>): boolean {
  const [first, second] = [keyOf(a, options), keyOf(b, options)]
  if (typeof first === 'string' || typeof second === 'string') throw new Error(`${first} ${second}`)
  return first.key === second.key
}

t.test('the address is the key, the order of names in its query aside', async (t) => {
  t.ok(isSame({ url: '/a?x=1&y=2' }, { url: '/a?y=2&x=1' }))
  t.notOk(isSame({ url: '/a?x=1&x=2' }, { url: '/a?x=2&x=1' }), 'values of one name have an order')
  t.notOk(isSame({ url: '/a' }, { url: '/b' }))
  t.notOk(isSame({ url: '/a?x=1' }, { url: '/a?x=2' }))
  t.notOk(isSame({ headers: { host: 'a' } }, { headers: { host: 'b' } }))
  t.notOk(isSame({ method: 'HEAD' }, { method: 'GET' }))
  t.notOk(isSame({ url: '/x', originalUrl: '/a/x' }, { url: '/x', originalUrl: '/b/x' }))
})

t.test('only what is chosen of the query counts, however it is written', async (t) => {
  const options = { query: ['page', 'q r'] }
  t.ok(isSame({ url: '/a?page=1&utm=2' }, { url: '/a?utm=3&page=1' }, options))
  t.notOk(isSame({ url: '/a?page=1' }, { url: '/a?page=2' }, options))
  t.notOk(isSame({ url: '/a?q+r=1' }, { url: '/a?q+r=2' }, options))
  t.notOk(isSame({ url: '/a?p%61ge=1' }, { url: '/a?p%61ge=2' }, options))
  t.notOk(isSame({ url: '/a?%=1' }, { url: '/a?%=2' }, options), 'what cannot be read counts')
})

t.test('headers count that are named; one that is missing is not one that is empty', async (t) => {
  const headers = (language: string) => ({ headers: { 'accept-language': language } })
  const options = { vary: ['Accept-Language'] }
  t.ok(isSame(headers('de'), headers('en')))
  t.notOk(isSame(headers('de'), headers('en'), options))
  t.notOk(isSame(headers(''), {}, options))
  const [de, en] = [raw(headers('de')), raw(headers('en'))]
  t.not(variantKey('k', ['accept-language'], de), variantKey('k', ['accept-language'], en))
})

t.test('who asks counts, and no name can be made to look like another', async (t) => {
  const cookie = (id: string) => ({ headers: { cookie: id } })
  const principal = (request: RawRequest) => request.headers.cookie
  t.equal(keyOf(cookie('a')), 'credentials')
  t.notOk(isSame(cookie('a'), cookie('b'), { principal }))
  t.ok(isSame(cookie('a'), cookie('a'), { principal }))
  t.notOk(isSame(cookie('a"],["b'), cookie('a'), { principal }))
  t.equal(keyOf(cookie('a'), { principal: () => undefined }), 'credentials')
  t.equal(keyOf(cookie('a'), { principal: () => '' }), 'credentials')
  t.equal(keyOf(cookie('a'), { principal: () => 7 as never }), 'credentials')
})

t.test('the tenant counts where no principal is asked', async (t) => {
  const [a, b, none] = ['a', 'b', undefined].map((tenant) => keyOf({}, {}, tenant) as RequestKey)
  t.not(a?.key, b?.key)
  t.not(a?.key, none?.key)
  const named = keyOf({}, { principal: () => 'a' }) as RequestKey
  t.not(named.key, a?.key, 'a tenant is no principal')
  const principal = () => 'all'
  t.same(keyOf({}, { principal }, 'a'), keyOf({}, { principal }, 'b'))
})

t.test('credentials are known by many names, and by a certificate', async (t) => {
  const names = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-auth-token']
  for (const name of names) t.equal(keyOf({ headers: { [name]: 'x' } }), 'credentials', name)
  t.equal(keyOf({ socket: { authorized: true } }), 'credentials')
})

t.test('what cannot be shared says why', async (t) => {
  const because = (headers: IncomingHttpHeaders) => keyOf({ headers })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) t.equal(keyOf({ method }), 'method')
  t.equal(because({ 'content-length': '1' }), 'body')
  t.equal(because({ 'transfer-encoding': 'chunked' }), 'body')
  t.type(because({ 'content-length': '0' }), 'object')
  t.equal(because({ range: 'bytes=0-1' }), 'range')
  t.equal(because({ 'if-match': '"a"' }), 'conditional')
  t.equal(because({ upgrade: 'websocket' }), 'upgrade')
  t.equal(because({ 'cache-control': 'max-age=0, no-store' }), 'no-store')
  t.equal(keyOf({}, { when: () => false }), 'when')
  t.equal(keyOf({}, { when: () => 1 as never }), 'when')
  t.equal(keyOf({}, { key: () => undefined }), 'key')
  t.equal(keyOf({}, { key: () => 7 as never }), 'error')
})

t.test('conditions stand apart, and who reloads wants it new', async (t) => {
  const plain = keyOf({}) as RequestKey
  const held = keyOf({ headers: { 'if-none-match': '"a"' } }) as RequestKey
  const other = keyOf({ headers: { 'if-none-match': '"b"' } }) as RequestKey
  t.equal(plain.key, held.key)
  t.equal(plain.condition, '')
  t.not(held.condition, other.condition)
  const wantsNew = (value: string) =>
    (keyOf({ headers: { 'cache-control': value } }) as RequestKey).wantsNew
  t.same(['no-cache', 'max-age=0', 'max-age=05', 'max-age=10', ''].map(wantsNew), [
    ...[true, true, false, false, false],
  ])
  t.ok((keyOf({ headers: { pragma: 'no-cache' } }) as RequestKey).wantsNew)
})

t.test('a key is short, however long the address', async (t) => {
  const long = (letter: string) => ({ url: `/${letter.repeat(10_000)}` })
  t.ok((keyOf(long('a')) as RequestKey).key.length <= 512)
  t.notOk(isSame(long('a'), long('b')))
})
