import { createServer } from 'node:http'
import t from 'tap'
import { timeMessages } from '../../src/messages/time-messages.ts'

t.test('every request is answered, and those that are refused are told', async (t) => {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    response.statusCode = request.url === '/' && asked % 2 === 0 ? 200 : 503
    response.end('hello world')
  })
  const { nsEach, unserved } = await timeMessages(server, { warmUp: 90, rounds: 2, requests: 180 })
  t.equal(asked, 90 + 2 * 180)
  t.equal(nsEach.length, 2)
  t.ok(nsEach.every((ns) => ns > 0))
  t.equal(unserved, 180)
})
