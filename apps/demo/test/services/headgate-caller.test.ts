import t from 'tap'
import { HeadgateCaller } from '../../src/services/headgate-caller.ts'
import { stockOf } from '../fixtures/stock-of.ts'

t.test('does not ask again before it was told to, nor where it was told not to', async (t) => {
  let arrived = 0
  const url = await stockOf(t, (_request, response) => {
    arrived += 1
    response.writeHead(503, { 'retry-after': '120' }).end('full')
  })
  const caller = new HeadgateCaller(url)
  t.teardown(() => caller.close())
  t.same(await caller.ask('1'), { status: 503, why: 'status 503', retryAfterMs: 120_000 })
  t.equal(arrived, 1)
})

t.test('asks again when a connection broke', async (t) => {
  let arrived = 0
  const url = await stockOf(t, (_request, response) => {
    arrived += 1
    if (arrived === 1) response.destroy()
    else response.end('{"left":3}')
  })
  const caller = new HeadgateCaller(url)
  t.teardown(() => caller.close())
  t.match(await caller.ask('1'), { left: 3 })
  t.equal(arrived, 2)
})

t.test('says why it did not ask', async (t) => {
  const caller = new HeadgateCaller('http://127.0.0.1:1')
  await caller.close()
  t.match(await caller.ask('1'), { status: undefined, why: 'HG_ERR_CLOSED' })
})
