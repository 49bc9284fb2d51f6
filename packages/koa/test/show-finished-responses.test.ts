import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import Koa from 'koa'
import Koa2 from 'koa2'
import t from 'tap'
import { showFinishedResponses } from '../src/show-finished-responses.ts'

interface Handling {
  handleRequest(this: object, ...args: unknown[]): unknown
}

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
  showFinishedResponses({ handleRequest: () => {} })
  // A context of a user's test.
  showFinishedResponses(undefined)
})

t.test('nor does one that fails later end the process', async (t) => {
  const app = {
    createContext: () => ({}),
    async handleRequest(): Promise<void> {
      throw new TypeError('no address')
    },
  }
  showFinishedResponses(app)
  const [warning] = await once(process, 'warning')
  t.match(warning, { code: 'HG_WARN_KEPT_RESPONSES', message: /no address/ })
})

t.test('nobody hears of what was shown', async (t) => {
  const heard: unknown[] = []
  const hear = (message: unknown): void => void heard.push(message)
  subscribe('http.server.response.created', hear)
  process.on('warning', hear)
  t.teardown(() => {
    unsubscribe('http.server.response.created', hear)
    process.off('warning', hear)
  })
  const app = new Koa2()
  app.context.onerror = hear
  app.on('error', hear)
  let handled = 0
  const { handleRequest } = Koa2.prototype as unknown as Handling
  t.intercept(Koa2.prototype as unknown as Handling, 'handleRequest', {
    value(this: object, ...args: unknown[]) {
      handled += 1
      return handleRequest.apply(this, args)
    },
    configurable: true,
  })
  showFinishedResponses(app)
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(handled > 0, 'and it was shown')
  t.same(heard, [])
})
