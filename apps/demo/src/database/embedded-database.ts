import { Worker } from 'node:worker_threads'
import { ConnectionPool } from './connection-pool.ts'
import type { Database, Statement, Step, Value } from './database.ts'
import { DatabaseError } from './database-error.ts'

export interface EmbeddedRequest {
  readonly id: number
  readonly steps: readonly Step[]
}

export type EmbeddedReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: object[][] }
  | {
      readonly kind: 'failure'
      readonly id: number
      readonly message: string
      readonly code: string | undefined
    }

interface Call {
  resolve(rows: object[][]): void
  reject(error: Error): void
}

/** PostgreSQL inside this process (PGlite), in a thread of its own, behind a pool as a real one would be. */
export class EmbeddedDatabase implements Database {
  readonly description: string
  readonly #worker: Worker
  /** A connection is the right to one call that is under way; the thread behind is the same. */
  readonly #pool: ConnectionPool<number>
  readonly #calls = new Map<number, Call>()
  #lastId = 0

  private constructor(worker: Worker, maxConnections: number) {
    this.description = `embedded PostgreSQL (PGlite), ${maxConnections} connections`
    this.#worker = worker
    this.#pool = new ConnectionPool(Array.from({ length: maxConnections }, (_, index) => index))
    worker.on('message', (reply: EmbeddedReply) => this.#onReply(reply))
    worker.on('error', (error: Error) => this.#onEnd(error))
    worker.on('exit', () => this.#onEnd(new DatabaseError('the database is closed', undefined)))
    // An idle database keeps no process alive.
    worker.unref()
  }

  static async start(maxConnections: number): Promise<EmbeddedDatabase> {
    const worker = new Worker(new URL('./embedded-worker.js', import.meta.url), {
      // The loaders of this process, such as a test runner's, are not for it.
      execArgv: [],
    })
    await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    return new EmbeddedDatabase(worker, maxConnections)
  }

  async query<Row extends object>(
    statement: Statement,
    values: readonly Value[] = [],
  ): Promise<Row[]> {
    const [rows = []] = await this.transaction([{ statement, values }])
    return rows as Row[]
  }

  transaction(steps: readonly Step[]): Promise<object[][]> {
    return this.#pool.use(() => this.#call(steps))
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #call(steps: readonly Step[]): Promise<object[][]> {
    const id = ++this.#lastId
    if (this.#calls.size === 0) this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject })
      this.#worker.postMessage({ id, steps } satisfies EmbeddedRequest)
    })
  }

  #onReply(reply: EmbeddedReply): void {
    if (reply.kind === 'ready') return
    const call = this.#calls.get(reply.id)
    this.#calls.delete(reply.id)
    if (this.#calls.size === 0) this.#worker.unref()
    if (reply.kind === 'rows') call?.resolve(reply.rows)
    else call?.reject(new DatabaseError(reply.message, reply.code))
  }

  #onEnd(error: Error): void {
    for (const call of this.#calls.values()) call.reject(error)
    this.#calls.clear()
  }
}
