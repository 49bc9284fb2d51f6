import t from 'tap'
import { buildFront } from '../../src/services/front-service.ts'
import { buildStock } from '../../src/services/stock-service.ts'
import { askToBeTraced, mostTelling } from '../../src/services/trace-probe.ts'
import { type ShownSpan, startTracing } from '../../src/services/tracing.ts'

for (const withHeadgate of [false, true]) {
  const name = withHeadgate ? 'with Headgate' : 'without'
  t.test(`${name}: what the front service shows is what the stock service says`, async (t) => {
    const stock = await buildStock({ withHeadgate })
    t.teardown(() => stock.app.close())
    const stockUrl = await stock.app.listen({ port: 0, host: '127.0.0.1' })
    const front = await buildFront({ stockUrl, withHeadgate })
    t.teardown(() => front.app.close())
    const url = await front.app.listen({ port: 0, host: '127.0.0.1' })
    // A machine that stands still for a while makes a gate refuse the first.
    let answer = await fetch(`${url}/products/12`)
    for (let tries = 1; tries < 20 && answer.status !== 200; tries += 1) {
      answer = await fetch(`${url}/products/12`)
    }
    t.same(await answer.json(), { id: '12', left: 5 })
    t.ok(front.calls() > 0)
    t.ok(stock.arrived() > 0)
  })
}

t.test('a refusal of the stock service is in the trace of whoever asked the front', async (t) => {
  // Both in this process, so both under one name.
  const tracing = startTracing('stock')
  const stock = await buildStock({ withHeadgate: true, tracing })
  t.teardown(() => stock.app.close())
  const stockUrl = await stock.app.listen({ port: 0, host: '127.0.0.1' })
  const front = await buildFront({ stockUrl, withHeadgate: true, tracing })
  t.teardown(() => front.app.close())
  const url = await front.app.listen({ port: 0, host: '127.0.0.1' })
  const held = [stock.app.headgate.tryAcquire()]
  while (held.at(-1)?.admitted === true) held.push(stock.app.headgate.tryAcquire())
  let trace: readonly ShownSpan[] = []
  for (let tries = 0; tries < 20 && trace.length === 0; tries += 1) {
    await askToBeTraced(url, 50)
    await new Promise((resolve) => setTimeout(resolve, 50))
    trace = mostTelling(tracing.spans()) ?? []
  }
  for (const decision of held) if (decision.admitted) decision.permit.release()
  const [asked] = trace.filter(({ attributes }) => attributes['headgate.reason'] === 'expired')
  t.match(asked, {
    kind: 'server',
    name: 'GET /stock/:id',
    attributes: { 'headgate.limit': held.length - 1 },
  })
  const [call] = trace.filter(({ spanId }) => spanId === asked?.parentId)
  t.match(call, { kind: 'client', attributes: { 'http.response.status_code': 503 } })
  const [root] = trace.filter(({ spanId }) => spanId === call?.parentId)
  t.match(root, { kind: 'server', name: 'GET /products/:id' })
})
