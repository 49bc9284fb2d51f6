import t from 'tap'
import { responseOutcome } from '../../src/http/response-outcome.ts'

t.test('only answers that did the work are a success', async (t) => {
  for (const statusCode of [200, 201, 204, 206, 301, 304, 399]) {
    t.equal(responseOutcome(statusCode), 'success', String(statusCode))
  }
  for (const statusCode of [400, 401, 404, 413, 429, 499, 500, 501, 502, 505, 599]) {
    t.equal(responseOutcome(statusCode), 'ignore', String(statusCode))
  }
  t.equal(responseOutcome(503), 'overload')
  t.equal(responseOutcome(504), 'overload')
})
