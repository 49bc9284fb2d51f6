import { Pool } from 'pg'
import type { Database, Statement, Step, Value } from './database.ts'
import { SHOP_SCHEMA } from './shop-schema.ts'

/** A real PostgreSQL, through the pool of `pg`: as many connections, and the same unbounded queue. */
export class PostgresDatabase implements Database {
  readonly description: string
  readonly #pool: Pool

  private constructor(pool: Pool, maxConnections: number) {
    this.description = `PostgreSQL at DATABASE_URL, ${maxConnections} connections`
    this.#pool = pool
  }

  /** Makes the shop's tables anew, in a schema of their own. */
  static async connect(url: string, maxConnections: number): Promise<PostgresDatabase> {
    const pool = new Pool({ connectionString: url, max: maxConnections })
    // A connection lost while idle is replaced when the next one is needed; unheard, it would end the process.
    pool.on('error', (error) => console.error(`database: ${error.message}`))
    try {
      await pool.query(SHOP_SCHEMA)
    } catch (error) {
      await pool.end()
      throw error
    }
    return new PostgresDatabase(pool, maxConnections)
  }

  async query<Row extends object>(
    { sql }: Statement,
    values: readonly Value[] = [],
  ): Promise<Row[]> {
    return (await this.#pool.query<Row>(sql, [...values])).rows
  }

  async transaction(steps: readonly Step[]): Promise<object[][]> {
    const client = await this.#pool.connect()
    const results: object[][] = []
    try {
      await client.query('begin')
      for (const { statement, values } of steps) {
        results.push((await client.query<object>(statement.sql, [...values])).rows)
      }
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
    return results
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
