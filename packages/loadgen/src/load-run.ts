import { type Arrival, ArrivalSchedule } from './arrival-schedule.ts'
import { ConnectionPool } from './connection-pool.ts'
import { Fifo } from './fifo.ts'
import type { LoadConnection } from './load-connection.ts'
import type { ResolvedLoadOptions } from './load-options.ts'
import type { LoadReport } from './load-report.ts'
import { LoadTally } from './load-tally.ts'
import { SeededRandom } from './seeded-random.ts'
import { type DrawnRequest, TargetMix } from './target-mix.ts'

const PROGRESS_EVERY_MS = 500
/** A timer may fire this much late; what is left is polled. */
const SPIN_MS = 1.5

/** One request, from its intended start to its end. */
interface Exchange {
  readonly arrival: Arrival
  readonly request: DrawnRequest
  connection: LoadConnection | undefined
  settled: boolean
}

/** Sends each request when it is due, whatever became of those before. */
export class LoadRun {
  readonly #options: ResolvedLoadOptions
  readonly #schedule: ArrivalSchedule
  readonly #mix: TargetMix
  readonly #pool: ConnectionPool
  readonly #tally: LoadTally
  readonly #exchanges = new Map<LoadConnection, Exchange>()
  /** In order of intended start and all with the same patience, so the first is the first to expire. */
  readonly #unexpired = new Fifo<Exchange>()
  /** Wait for a connection. */
  readonly #waiting = new Fifo<Exchange>()
  #next: Arrival | undefined
  #startedAtMs = 0
  #progressAtMs = PROGRESS_EVERY_MS
  #finish: () => void = () => {}

  constructor(options: ResolvedLoadOptions) {
    this.#options = options
    const isPoisson = options.arrivals === 'poisson'
    const random = isPoisson ? new SeededRandom(options.seed) : undefined
    this.#schedule = new ArrivalSchedule(options.phases, random)
    // Its own stream, so that a change of the mix leaves the instants as they are.
    this.#mix = new TargetMix(new SeededRandom(~options.seed), options.targets, options.url)
    this.#tally = new LoadTally(options)
    const { url, connections: size, countHeader } = options
    this.#pool = new ConnectionPool(
      { url, size, countHeader },
      {
        onOpen: () => this.#sendWaiting(),
        onResponse: (connection) => this.#onResponse(connection),
        onClose: (connection, code) => this.#onClose(connection, code),
      },
    )
  }

  async run(): Promise<LoadReport> {
    await this.#pool.open()
    this.#next = this.#schedule.next()
    this.#startedAtMs = performance.now()
    await new Promise<void>((resolve) => {
      this.#finish = resolve
      this.#turn()
    })
    this.#pool.close()
    return this.#tally.report(performance.timeOrigin + this.#startedAtMs, this.#pool.failures)
  }

  /** One turn of the event loop: all that is due leaves, all that has waited too long is given up. */
  #turn(): void {
    const nowMs = this.#nowMs()
    while (this.#next !== undefined && this.#next.atMs <= nowMs) {
      this.#offer(this.#next)
      this.#next = this.#schedule.next()
    }
    this.#expire(nowMs)
    this.#reportProgress(nowMs)
    if (this.#isOver(nowMs)) this.#finish()
    else this.#scheduleTurn(nowMs)
  }

  #scheduleTurn(nowMs: number): void {
    const dueAtMs = Math.min(
      this.#next?.atMs ?? Number.POSITIVE_INFINITY,
      nowMs + Math.min(20, this.#options.timeoutMs),
    )
    const waitMs = dueAtMs - nowMs
    if (!this.#options.spin) setTimeout(() => this.#turn(), waitMs)
    else if (waitMs > 1 + SPIN_MS) setTimeout(() => this.#turn(), Math.floor(waitMs - SPIN_MS))
    else setImmediate(() => this.#turn())
  }

  #offer(arrival: Arrival): void {
    const exchange: Exchange = {
      arrival,
      request: this.#mix.draw(),
      connection: undefined,
      settled: false,
    }
    this.#tally.onOffered(exchange, this.#nowMs() - arrival.atMs)
    this.#unexpired.push(exchange)
    const connection = this.#pool.take()
    if (connection === undefined) this.#waiting.push(exchange)
    else this.#send(exchange, connection)
  }

  #send(exchange: Exchange, connection: LoadConnection): void {
    const { request } = exchange
    exchange.connection = connection
    this.#exchanges.set(connection, exchange)
    this.#tally.onSent(exchange)
    connection.send(request.bytes, request.isHead)
  }

  #sendWaiting(): void {
    for (;;) {
      const exchange = this.#waiting.peek()
      if (exchange === undefined) return
      if (!exchange.settled) {
        const connection = this.#pool.take()
        if (connection === undefined) return
        this.#send(exchange, connection)
      }
      this.#waiting.drop()
    }
  }

  #onResponse(connection: LoadConnection): void {
    const exchange = this.#settle(connection)
    this.#pool.giveBack(connection)
    if (exchange !== undefined) {
      const latencyMs = this.#nowMs() - exchange.arrival.atMs
      if (latencyMs > this.#options.timeoutMs) this.#tally.onLate(exchange)
      else this.#tally.onAnswer(exchange, connection.response, latencyMs)
    }
    this.#sendWaiting()
  }

  #onClose(connection: LoadConnection, code: string): void {
    const exchange = this.#settle(connection)
    if (exchange !== undefined) this.#tally.onError(exchange, code)
  }

  #settle(connection: LoadConnection): Exchange | undefined {
    const exchange = this.#exchanges.get(connection)
    this.#exchanges.delete(connection)
    if (exchange !== undefined) exchange.settled = true
    return exchange
  }

  #expire(nowMs: number): void {
    for (;;) {
      const exchange = this.#unexpired.peek()
      if (exchange === undefined) break
      if (!exchange.settled) {
        if (exchange.arrival.atMs + this.#options.timeoutMs > nowMs) break
        this.#giveUp(exchange)
      }
      this.#unexpired.drop()
    }
    while (this.#waiting.peek()?.settled) this.#waiting.drop()
  }

  #giveUp(exchange: Exchange): void {
    const { connection } = exchange
    exchange.settled = true
    if (connection === undefined) this.#tally.onUnsent(exchange)
    else {
      this.#tally.onLate(exchange)
      this.#exchanges.delete(connection)
      connection.destroy()
    }
  }

  #isOver(nowMs: number): boolean {
    return this.#next === undefined && this.#unexpired.size === 0 && nowMs >= this.#tally.totalMs
  }

  #reportProgress(nowMs: number): void {
    if (nowMs < this.#progressAtMs) return
    this.#progressAtMs += PROGRESS_EVERY_MS
    this.#options.onProgress?.(this.#tally.progress(nowMs, this.#exchanges.size))
  }

  #nowMs(): number {
    return performance.now() - this.#startedAtMs
  }
}
