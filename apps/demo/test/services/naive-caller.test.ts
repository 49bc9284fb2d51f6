import t from 'tap'
import { NaiveCaller } from '../../src/services/naive-caller.ts'
import { stockOf } from '../fixtures/stock-of.ts'

t.test('asks four times, and then says what it was told', async (t) => {
  let arrived = 0
  const url = await stockOf(t, (_request, response) => {
    arrived += 1
    response.writeHead(503).end('full')
  })
  const caller = new NaiveCaller(url)
  t.teardown(() => caller.close())
  t.same(await caller.ask('1'), { status: 503, why: 'status 503', retryAfterMs: undefined })
  t.equal(arrived, 4)
})

t.test('is content with an answer', async (t) => {
  let arrived = 0
  const url = await stockOf(t, (_request, response) => {
    arrived += 1
    if (arrived === 1) response.destroy()
    else response.end('{"left":3}')
  })
  const caller = new NaiveCaller(url)
  t.teardown(() => caller.close())
  t.match(await caller.ask('1'), { left: 3 })
  t.equal(arrived, 2)
})
