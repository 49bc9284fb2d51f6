import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import t from 'tap'
import { openDatabase } from '../../src/database/open-database.ts'
import { PostgresDatabase } from '../../src/database/postgres-database.ts'
import { PRODUCT_COUNT } from '../../src/database/shop-schema.ts'
import { buildShop } from '../../src/shop/shop.ts'
import { findPostgres, startPostgres } from '../fixtures/private-postgres.ts'

const found = findPostgres()
const skip = 'missing' in found ? found.missing : false

const statement = (sql: string) => ({ sql, diskMs: 0 })
const COUNT = statement('select count(*)::int as n from headgate_demo.orders where quantity = $1')
const INSERT = statement(
  `insert into headgate_demo.orders (customer_id, product_id, department, quantity, total_cents)
   values (1, 1, 'light', $1, 100)`,
)

t.test('a real PostgreSQL', { skip }, async (t) => {
  const postgres = await startPostgres('folder' in found ? found.folder : '')
  t.teardown(() => postgres.stop())

  t.test('answers more queries than it has connections, each with its own rows', async (t) => {
    const database = await PostgresDatabase.connect(postgres.url, 2)
    t.teardown(() => database.close())
    const numbers = Array.from({ length: 7 }, (_, index) => index)
    const rows = await Promise.all(
      numbers.map((number) => database.query(statement('select $1::int as number'), [number])),
    )
    t.same(
      rows,
      numbers.map((number) => [{ number }]),
    )
  })

  t.test('keeps all of a transaction, or nothing, and says why', async (t) => {
    const database = await PostgresDatabase.connect(postgres.url, 2)
    t.teardown(() => database.close())
    const step = { statement: INSERT, values: [77] }
    const [, rows] = await database.transaction([step, { statement: COUNT, values: [77] }])
    t.same(rows, [{ n: 1 }])
    const steps = [88, 0].map((quantity) => ({ statement: INSERT, values: [quantity] }))
    await t.rejects(database.transaction(steps), { code: '23514' })
    t.same(await database.query(COUNT, [88]), [{ n: 0 }])
  })

  t.test('a connection that dies while idle is replaced', async (t) => {
    const errors: string[] = []
    t.capture(console, 'error', (line: string) => errors.push(line))
    const database = await PostgresDatabase.connect(postgres.url, 1)
    t.teardown(() => database.close())
    const admin = new Client({ connectionString: postgres.url })
    await admin.connect()
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
    )
    await admin.end()
    for (let tries = 0; errors.length === 0 && tries < 500; tries += 1) await sleep(10)
    t.match(errors, [/^database: /])
    t.same(await database.query(statement('select 1 as one')), [{ one: 1 }])
  })

  t.test('carries the shop', async (t) => {
    const database = await openDatabase({ DATABASE_URL: postgres.url })
    t.match(database.description, /^PostgreSQL at DATABASE_URL, \d+ connections$/)
    const app = await buildShop({ database, withHeadgate: true })
    t.teardown(() => app.close())
    const product = (await app.inject(`/products/${PRODUCT_COUNT}`)).json()
    t.match(product, { id: PRODUCT_COUNT, name: String, stock: Number })
    const order = await app.inject({
      method: 'POST',
      url: `/checkout?product=${PRODUCT_COUNT}`,
      payload: { customer: 1, quantity: 3 },
    })
    t.equal(order.statusCode, 201, order.body)
    t.equal((await app.inject(`/products/${PRODUCT_COUNT}`)).json().stock, product.stock - 3)
    for (const url of ['/search?q=oak+table', '/recommendations/1', '/reports/daily']) {
      const { statusCode, body } = await app.inject(url)
      t.equal(statusCode, 200, `${url}: ${body.slice(0, 200)}`)
    }
  })
})

t.test('says what is wrong with DATABASE_URL', async (t) => {
  await t.rejects(openDatabase({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }), {
    message: /^the database at DATABASE_URL cannot be used: .*ECONNREFUSED/,
  })
})
