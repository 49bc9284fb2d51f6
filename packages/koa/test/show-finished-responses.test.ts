import { once } from 'node:events'
import Koa from 'koa'
import t from 'tap'
import { showFinishedResponses } from '../src/show-finished-responses.ts'

t.test('what a class makes of requests that extends Koa is not asked', (t) => {
  let asked = 0
  class Counting extends Koa {
    handleRequest(): void {
      asked += 1
    }
  }
  showFinishedResponses(new Counting())
  t.equal(asked, 0)
  t.end()
})

t.test('each copy of Koa is asked once', (t) => {
  let asked = 0
  class OtherKoa {
    createContext(): object {
      return {}
    }
    handleRequest(): void {
      asked += 1
    }
  }
  showFinishedResponses(new OtherKoa())
  const first = asked
  t.ok(first > 0)
  showFinishedResponses(new OtherKoa())
  t.equal(asked, first)
  t.end()
})

t.test('one that takes no empty response is told of, and nothing else', async (t) => {
  const app = {
    createContext: () => ({}),
    handleRequest(): void {
      throw new TypeError('no request')
    },
  }
  showFinishedResponses(app)
  const [warning] = await once(process, 'warning')
  t.match(warning, { code: 'HG_WARN_KEPT_RESPONSES', message: /no request/ })
  showFinishedResponses({})
  // A context of a user's test.
  showFinishedResponses(undefined)
})
