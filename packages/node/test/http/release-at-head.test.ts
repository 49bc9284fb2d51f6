import { createServer, type ServerResponse } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { listening, until } from '@headgate/conformance'
import t from 'tap'
import type { RawResponse } from '../../src/http/raw-message.ts'
import { releaseAtHead } from '../../src/http/release-at-head.ts'

const WAYS: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  writeHead: (response) => response.writeHead(201),
  write: (response) => {
    response.statusCode = 201
    response.write('part')
  },
  end: (response) => {
    response.statusCode = 201
    response.end('all')
  },
  flushHeaders: (response) => {
    response.statusCode = 201
    response.flushHeaders()
  },
}

for (const [name, way] of Object.entries(WAYS)) {
  t.test(`the head is sent by ${name}, and told of once`, async (t) => {
    const heard: number[] = []
    const listener = (_request: unknown, response: RawResponse): void => {
      const visit = { onHeadSent: (statusCode: number) => heard.push(statusCode) }
      releaseAtHead(response, visit)
      response.setHeader('x-a', '1')
      way(response as ServerResponse)
      if (!response.writableEnded) response.end()
    }
    const port = await listening(t, createServer(listener))
    t.equal((await fetch(`http://127.0.0.1:${port}`)).status, 201)
    t.same(heard, [201])

    const http2Port = await listening(t, createHttp2Server(listener) as never)
    const client = connect(`http://127.0.0.1:${http2Port}`)
    t.teardown(() => client.destroy())
    client.request().resume()
    await until('it is told over HTTP/2', () => heard.length === 2)
    t.same(heard, [201, 201])
  })
}
