import { createServer } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { ask, listening, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'

t.test('answers for the service, whatever becomes of everything else', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  const server = createServer(
    wrap((_request, response) => response.end('served'), { admission, answerProbes: true }),
  )
  const port = await listening(t, server)
  t.match(await ask(port, { path: '/readyz' }), {
    statusCode: 200,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
    body: '{"state":"ready"}',
  })
  t.match(await ask(port, { path: '/livez', method: 'HEAD' }), { statusCode: 200, body: '' })
  t.match(await ask(port, { path: '/healthz' }), { body: 'served' }, 'your own')
  t.match(await ask(port, { path: '/readyz', method: 'POST' }), { body: 'served' })
  admission.leave()
  t.equal((await ask(port, { path: '/readyz' })).statusCode, 503)
  t.match(await ask(port, { path: '/' }), { body: 'served' }, 'and serves on')
  admission.close()
  t.match(await ask(port, { path: '/readyz' }), { statusCode: 503, body: '{"state":"draining"}' })
  t.equal((await ask(port, { path: '/livez' })).statusCode, 200)
})

t.test('without the option, handlers answer', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const listener = wrap((_request, response) => response.end('mine'), { admission })
  const port = await listening(t, createServer(listener))
  t.equal((await ask(port, { path: '/readyz' })).body, 'mine')
  t.throws(() => wrap(() => {}, { answerProbes: 'yes' as never }), { code: 'HG_ERR_OPTION' })
})

t.test('over HTTP/2 as well', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const listener = wrap(() => {}, { admission, answerProbes: true })
  const client = connect(`http://127.0.0.1:${await listening(t, createHttp2Server(listener))}`)
  t.teardown(() => client.destroy())
  const stream = client.request({ ':path': '/readyz' }).setEncoding('utf8')
  let body = ''
  stream.on('data', (text: string) => {
    body += text
  })
  await until('it is answered', () => stream.closed)
  t.equal(body, '{"state":"ready"}')
})
