import { connect } from 'node:net'
import { portOf, until } from '@headgate/conformance'
import fastify from 'fastify'
import t from 'tap'
import { headgate } from '../../src/index.ts'

// A response that was over before the gate was asked never says so again: a permit taken then was
// never given back.
for (const hook of ['onRequest', 'preHandler'] as const) {
  t.test(`a client that left before ${hook} takes no permit`, async (t) => {
    const app = fastify()
    t.teardown(() => app.close())
    let authenticated: (() => void) | undefined
    let isGone = false
    let handled = 0
    app.addHook('onRequest', (request, _reply, done) => {
      authenticated = done
      request.raw.socket.on('close', () => {
        isGone = true
      })
    })
    await app.register(headgate, { hook })
    app.get('/', async () => {
      handled += 1
      return 'late'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })

    const socket = connect(portOf(app), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await until('the request is being authenticated', () => authenticated !== undefined)
    socket.destroy()
    await until('the server sees it go', () => isGone)
    authenticated?.()
    await until('the late request is decided', () => {
      const { queued, admitted, rejected } = app.headgate.snapshot()
      return queued === 0 && admitted.important + (rejected.important.cancelled ?? 0) === 1
    })
    t.equal(app.headgate.snapshot().inFlight, 0, 'no permit is left behind')
    t.equal(handled, 0, 'and nobody worked for nobody')
  })
}
