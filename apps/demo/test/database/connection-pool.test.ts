import t from 'tap'
import { ConnectionPool } from '../../src/database/connection-pool.ts'

/** Work that ends when told to. */
class ManualWork {
  readonly started: string[] = []
  readonly connections: number[] = []
  readonly #ends = new Map<string, () => void>()

  start(pool: ConnectionPool<number>, name: string): Promise<string> {
    return pool.use((connection) => {
      this.started.push(name)
      this.connections.push(connection)
      return new Promise((resolve) => {
        this.#ends.set(name, () => resolve(name))
      })
    })
  }

  end(name: string): void {
    this.#ends.get(name)?.()
  }
}

t.test('never uses more connections than it has', async (t) => {
  const pool = new ConnectionPool([1, 2])
  const work = new ManualWork()
  const names = ['a', 'b', 'c', 'd', 'e']
  const all = names.map((name) => work.start(pool, name))
  t.same(work.started, ['a', 'b'])
  t.same([...work.connections].sort(), [1, 2], 'each connection once')
  t.equal(pool.waiting, 3)

  for (const name of names) {
    work.end(name)
    t.equal(await all.shift(), name)
    t.ok(work.started.length <= names.indexOf(name) + 3, 'one starts for one that ended')
  }
  t.equal(pool.waiting, 0)
})

t.test('serves those who wait in the order they came', async (t) => {
  const pool = new ConnectionPool([1])
  const work = new ManualWork()
  const names = ['a', 'b', 'c', 'd']
  const all = names.map((name) => work.start(pool, name))
  for (const [index, name] of names.entries()) {
    work.end(name)
    await all[index]
  }
  t.same(work.started, names)
})

t.test('gets a connection back from work that fails', async (t) => {
  const pool = new ConnectionPool([1])
  const work = new ManualWork()
  const failing = pool.use(() => Promise.reject(new Error('no such table')))
  const next = work.start(pool, 'next')
  await t.rejects(failing, { message: 'no such table' })
  work.end('next')
  t.equal(await next, 'next')
})
