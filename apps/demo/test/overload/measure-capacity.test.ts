import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { measureCapacity } from '../../src/overload/measure-capacity.ts'

/** A server that answers with this status, and what it saw. */
async function serveStatus(statusCode: number) {
  const seen = { paths: new Set<string>(), bodies: new Set<string>(), inFlight: 0, mostInFlight: 0 }
  const server = createServer((request, response) => {
    seen.inFlight += 1
    seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight)
    seen.paths.add(`${request.method} ${request.url}`)
    request.setEncoding('utf8').on('data', (chunk) => seen.bodies.add(chunk))
    setTimeout(() => {
      seen.inFlight -= 1
      response.writeHead(statusCode).end('done')
    }, 2)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, server }
}

const targets = [
  { name: 'read', weight: 3, path: ['/a', '/b'] },
  { name: 'write', weight: 1, method: 'POST', path: '/c', body: '{"sent":true}' },
]
const loop = { targets, clients: 5, warmUpMs: 50, durationMs: 150 }

t.test('asks for the whole mix, with no more at once than there are clients', async (t) => {
  const { url, seen, server } = await serveStatus(200)
  t.teardown(() => server.close())
  t.ok((await measureCapacity({ url, ...loop })) > 0)
  t.same([...seen.paths].sort(), ['GET /a', 'GET /b', 'POST /c'])
  t.same([...seen.bodies], ['{"sent":true}'])
  t.ok(seen.mostInFlight > 1 && seen.mostInFlight <= 5, `${seen.mostInFlight} at once`)
})

t.test('counts only what was served', async (t) => {
  const { url, server } = await serveStatus(503)
  t.teardown(() => server.close())
  await t.rejects(measureCapacity({ url, ...loop }), /answered nothing/)
})
