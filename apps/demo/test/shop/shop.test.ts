import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { openDatabase } from '../../src/database/open-database.ts'
import { PRODUCT_COUNT } from '../../src/database/shop-schema.ts'
import { buildShop } from '../../src/shop/shop.ts'

const database = await openDatabase({})
const app = await buildShop({ database, withHeadgate: true })
const tiers = recordTiers(app)
await app.ready()
t.teardown(() => app.close())

/** Sends one request and returns its answer; the tier it ran under is in `tiers` afterwards. */
async function check(t: Test, request: InjectOptions | string, statusCode: number) {
  const response = await app.inject(request)
  t.equal(response.statusCode, statusCode, JSON.stringify(request))
  return response.json()
}

const checkout = (product: unknown, body: object): InjectOptions => ({
  method: 'POST',
  url: `/checkout?product=${product}`,
  payload: body,
})

t.test('finds products', async (t) => {
  const found = await check(t, '/search?q=oak+table', 200)
  t.equal(found.length, 20)
  t.match(found[0].name, /oak table$/)
  t.equal(tiers.get('/search'), 'important')
  await check(t, '/search', 400)
  await check(t, '/search?q=', 400)
})

t.test('shows a product', async (t) => {
  const product = await check(t, '/products/17', 200)
  t.match(product, { id: 17, name: String, department: String, priceCents: Number, stock: Number })
  t.equal(tiers.get('/products/:id'), 'important')
  await check(t, `/products/${PRODUCT_COUNT}`, 200)
  await check(t, `/products/${PRODUCT_COUNT + 1}`, 404)
  await check(t, '/products/99999999999', 400)
  await check(t, '/products/oak', 400)
})

t.test('sells what is in stock, and takes it out', async (t) => {
  const { priceCents, stock } = await check(t, '/products/5', 200)
  const order = await check(t, checkout(5, { customer: 1, quantity: 3 }), 201)
  t.match(order, { id: Number, totalCents: 3 * priceCents, receipt: /^[\w-]{86}$/ })
  t.equal((await check(t, '/products/5', 200)).stock, stock - 3)
  t.equal(tiers.get('/checkout'), 'critical')
  await check(t, checkout(PRODUCT_COUNT + 1, { customer: 1, quantity: 1 }), 404)
  await check(t, checkout(5, { customer: 1, quantity: 0 }), 400)
  await check(t, checkout(5, {}), 400)
})

t.test('sells nothing at all when the stock does not suffice', async (t) => {
  const leave = { sql: 'update headgate_demo.products set stock = 2 where id = $1', diskMs: 0 }
  const count = { sql: 'select count(*)::int as n from headgate_demo.orders', diskMs: 0 }
  await database.query(leave, [6])
  const before = await database.query(count)
  await check(t, checkout(6, { customer: 1, quantity: 3 }), 409)
  t.same(await database.query(count), before, 'the order was rolled back')
  await check(t, checkout(6, { customer: 1, quantity: 2 }), 201)
  t.equal((await check(t, '/products/6', 200)).stock, 0)
})

t.test('recommends', async (t) => {
  const { alsoBought, alike } = await check(t, '/recommendations/17', 200)
  t.match(alsoBought[0], { id: Number, buyers: Number })
  t.equal(alike[0].id, 17)
  t.equal(tiers.get('/recommendations/:id'), 'optional')
  await check(t, `/recommendations/${PRODUCT_COUNT + 1}`, 404)
})

t.test('reports a week of sales', async (t) => {
  const report = await check(t, '/reports/daily', 200)
  t.equal(report.length, 7 * 5, 'days by departments')
  t.match(report[0], { day: /^\d{4}-\d\d-\d\d$/, department: String, totalCents: Number })
  t.equal(tiers.get('/reports/daily'), 'opportunistic')
})

t.test('says that it lives, outside the gate', async (t) => {
  t.same(await check(t, '/livez', 200), { status: 'ok' })
  t.equal(tiers.get('/livez'), undefined)
})

t.test('tells Prometheus what it did', async (t) => {
  const answer = await app.inject('/metrics')
  t.equal(answer.statusCode, 200)
  t.match(answer.body, /^headgate_requests_total\{tier="critical",.*name="shop"\} [1-9]/m)
})

t.test('has no gate when told so', async (t) => {
  const bare = await buildShop({ database, withHeadgate: false })
  t.notOk(bare.hasDecorator('headgate'))
  t.equal((await bare.inject('/products/17')).statusCode, 200)
})

function recordTiers(app: FastifyInstance): Map<string | undefined, string | undefined> {
  const tiers = new Map<string | undefined, string | undefined>()
  app.addHook('onSend', async (request) => {
    tiers.set(request.routeOptions.url, request.headgate?.tier)
  })
  return tiers
}
