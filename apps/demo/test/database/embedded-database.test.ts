import t from 'tap'
import { EmbeddedDatabase } from '../../src/database/embedded-database.ts'

const database = await EmbeddedDatabase.start(2)
t.teardown(() => database.close())

const statement = (sql: string) => ({ sql, diskMs: 0 })
const COUNT = statement('select count(*)::int as n from headgate_demo.orders where quantity = $1')
const INSERT = statement(
  `insert into headgate_demo.orders (customer_id, product_id, department, quantity, total_cents)
   values (1, 1, 'light', $1, 100)`,
)

t.test('answers more queries than it has connections, each with its own rows', async (t) => {
  const numbers = Array.from({ length: 7 }, (_, index) => index)
  const rows = await Promise.all(
    numbers.map((number) => database.query(statement('select $1::int as number'), [number])),
  )
  t.same(
    rows,
    numbers.map((number) => [{ number }]),
  )
})

t.test('keeps all of a transaction', async (t) => {
  const step = { statement: INSERT, values: [77] }
  const [, rows] = await database.transaction([step, { statement: COUNT, values: [77] }])
  t.same(rows, [{ n: 1 }])
  t.same(await database.query(COUNT, [77]), [{ n: 1 }])
})

t.test('keeps nothing of a transaction that fails, and says why', async (t) => {
  const steps = [88, 0].map((quantity) => ({ statement: INSERT, values: [quantity] }))
  await t.rejects(database.transaction(steps), { name: 'DatabaseError', code: '23514' })
  t.same(await database.query(COUNT, [88]), [{ n: 0 }])
})

t.test('fails what is under way when it is closed', async (t) => {
  const slow = database.query({ sql: 'select 1', diskMs: 60_000 })
  const failure = t.rejects(slow, { message: 'the database is closed' })
  await database.close()
  await failure
})
