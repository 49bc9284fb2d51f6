/**
 * A bounded number of connections, and an unbounded queue of those who wait for one, first come first
 * served: what `pg` and most drivers do by default. Nothing here protects anything, on purpose.
 */
export class ConnectionPool<Connection> {
  readonly #free: Connection[]
  readonly #waiters: ((connection: Connection) => void)[] = []

  constructor(connections: readonly Connection[]) {
    this.#free = [...connections]
  }

  get waiting(): number {
    return this.#waiters.length
  }

  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#free.pop() ?? (await this.#wait())
    try {
      return await work(connection)
    } finally {
      this.#giveBack(connection)
    }
  }

  #wait(): Promise<Connection> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
    })
  }

  #giveBack(connection: Connection): void {
    const next = this.#waiters.shift()
    if (next === undefined) this.#free.push(connection)
    else next(connection)
  }
}
