import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { type Saturation, saturate } from '../../src/measure/saturation.ts'

const ENOUGH = 60

interface Counted extends Saturation {
  readonly asked: number
}

/** What is counted of a server with this listener, until it was asked often enough. */
async function check(
  listener: (response: ServerResponse, asked: number) => void,
): Promise<Counted> {
  let asked = 0
  let onEnough: () => void = () => {}
  const until = new Promise<void>((resolve) => {
    onEnough = resolve
  })
  const server = createServer((_, response) => {
    asked += 1
    if (asked === ENOUGH) onEnough()
    listener(response, asked)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  try {
    return { ...(await saturate({ url, path: '/x', connections: 3, until })), asked }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

t.test('counts each answer once, served and others apart', async (t) => {
  const { servedPerSecond, otherPerSecond } = await check((response, asked) => {
    response.statusCode = asked % 3 === 0 ? 503 : 200
    response.end(asked % 3 === 0 ? 'no' : 'answer')
  })
  // The last few were asked for and not answered when it ended.
  t.ok(Math.abs(servedPerSecond / otherPerSecond - 2) < 0.4, `${servedPerSecond / otherPerSecond}`)
})

t.test('an answer in pieces is one answer, and is waited for', async (t) => {
  let ended = 0
  const { servedPerSecond, otherPerSecond, asked } = await check((response) => {
    response.writeHead(200, { 'content-length': 4 })
    response.write('ab')
    setImmediate(() => {
      ended += 1
      response.end('cd')
    })
  })
  t.ok(servedPerSecond > 0)
  t.equal(otherPerSecond, 0)
  t.ok(ended >= asked - 3, 'each connection has one request at a time')
})

t.test('a server that closes is no measurement', async (t) => {
  const closed = check((response) => response.destroy())
  await t.rejects(closed, /closed|ECONNRESET|EPIPE/)
})
