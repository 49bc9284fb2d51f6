import { type ConnectionListener, LoadConnection } from './load-connection.ts'

/** More at once would overflow a server's backlog of connections and be retried by the kernel after a second. */
const MAX_OPENING = 64
const REOPEN_AFTER_FAILURE_MS = 50

export interface ConnectionPoolOptions {
  readonly url: URL
  readonly size: number
  readonly countHeader: string | undefined
}

/**
 * Keeps a fixed number of connections open, replacing those that go. The one used last is used next: those left
 * idle are then the ones a server's keep-alive timeout closes, and not one that is about to carry a request.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions
  readonly #listener: ConnectionListener
  readonly #all = new Set<LoadConnection>()
  readonly #idle: LoadConnection[] = []
  #opening = 0
  #retryTimer: NodeJS.Timeout | undefined
  #closed = false
  #failures = 0
  #lastFailure = ''
  #onChange: (() => void) | undefined

  /** `onOpen` of the listener means a connection is ready to take; it may be taken at once. */
  constructor(options: ConnectionPoolOptions, listener: ConnectionListener) {
    this.#options = options
    this.#listener = listener
  }

  /** Attempts to connect that failed. */
  get failures(): number {
    return this.#failures
  }

  /** Opens all connections. Rejects when the server cannot be reached at all. */
  async open(): Promise<void> {
    this.#fill()
    while (this.#idle.length < this.#options.size) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve
      })
      if (this.#failures > 0 && this.#idle.length === 0) {
        this.close()
        throw new Error(`no connection to ${this.#options.url.origin}: ${this.#lastFailure}`)
      }
      if (this.#failures > 2 * this.#options.size) {
        this.close()
        throw new Error(`only ${this.#idle.length} connections opened: ${this.#lastFailure}`)
      }
    }
  }

  take(): LoadConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined || !connection.destroyed) return connection
    }
  }

  giveBack(connection: LoadConnection): void {
    if (!connection.destroyed) this.#idle.push(connection)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retryTimer)
    for (const connection of this.#all) connection.destroy()
  }

  #fill(): void {
    this.#retryTimer = undefined
    while (!this.#closed && this.#opening < MAX_OPENING && this.#all.size < this.#options.size) {
      this.#openOne()
    }
  }

  #openOne(): void {
    let opened = false
    this.#opening += 1
    const connection = new LoadConnection(this.#options.url, this.#options.countHeader, {
      onOpen: () => {
        opened = true
        this.#opening -= 1
        this.#idle.push(connection)
        this.#fill()
        this.#onChange?.()
        this.#listener.onOpen(connection)
      },
      onResponse: (from) => this.#listener.onResponse(from),
      onClose: (_, code) => {
        this.#all.delete(connection)
        if (opened) {
          this.#forget(connection)
          this.#listener.onClose(connection, code)
          this.#fill()
        } else this.#onFailure(code)
      },
    })
    this.#all.add(connection)
  }

  #forget(connection: LoadConnection): void {
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
  }

  #onFailure(code: string): void {
    this.#opening -= 1
    this.#failures += 1
    this.#lastFailure = code
    this.#onChange?.()
    if (this.#closed) return
    // A refused connection fails in microseconds; without a pause the generator would do nothing else.
    this.#retryTimer ??= setTimeout(() => this.#fill(), REOPEN_AFTER_FAILURE_MS)
  }
}
