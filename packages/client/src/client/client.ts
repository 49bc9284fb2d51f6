import type { Dispatcher, RequestInit, Response } from 'undici'
import type { CallOptions } from '../call/call-terms.ts'
import type { RefusalListener } from '../call/refused-call.ts'
import type { Dispatch, DispatcherLike } from '../handler/handler.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Service } from '../service/service.ts'
import { type ClientStats, clientStats } from './client-stats.ts'
import { fetchThrough } from './fetch-through.ts'
import type { UndiciModule } from './peer.ts'
import type { UpstreamList } from './upstream-list.ts'

/** Undici's options for a request; `origin` is that of the client if it is left out. */
export type RequestOptions = Omit<Dispatcher.RequestOptions, 'origin' | 'method' | 'path'> &
  CallOptions & {
    readonly path: string
    /** Default GET. */
    readonly method?: Dispatcher.HttpMethod | (string & {}) | undefined
    readonly origin?: string | URL | undefined
  }

export type FetchInit = Omit<RequestInit, 'dispatcher'> & CallOptions

export interface ClientParts {
  readonly pipeline: Pipeline
  readonly dispatch: Dispatch
  readonly base: DispatcherLike
  /** False for a dispatcher that was handed in: whoever made it closes it. */
  readonly ownsBase: boolean
  readonly dispatcher: DispatcherLike
  readonly fetch: UndiciModule['fetch']
  readonly service: Service | undefined
  readonly upstreams: UpstreamList | undefined
  /** What paths are relative to. */
  readonly origin: string | undefined
}

/** Makes calls that never turn a blip into an outage. Made by `createClient`. */
export class Client {
  readonly #parts: ClientParts
  #closed: Promise<void> | undefined
  /** For any of undici's functions, and `setGlobalDispatcher`. */
  readonly dispatcher: Dispatcher

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.dispatcher = parts.dispatcher as unknown as Dispatcher
  }

  /**
   * The `fetch` of the undici in use. A path is one of the client's own upstreams'; so is its `origin`.
   * Rejects as `fetch` does, with `code` and `outcome` on the error as well.
   */
  fetch(input: string | URL, init: FetchInit = {}): Promise<Response> {
    const { fetch, dispatch, origin } = this.#parts
    const url = typeof input === 'string' && origin !== undefined ? new URL(input, origin) : input
    return fetchThrough({ fetch, dispatch }, url, init) as Promise<Response>
  }

  /** Undici's `request`: quicker than `fetch`. Its body has to be read or dumped, as undici's. */
  request(options: RequestOptions): Promise<Dispatcher.ResponseData> {
    const { origin } = this.#parts
    const asked = { method: 'GET', origin, ...options }
    return this.dispatcher.request(asked as Dispatcher.RequestOptions)
  }

  /** These are the upstreams now. Those that stay keep what is known of them. @throws {InvalidOptionError} */
  setUpstreams(upstreams: readonly string[]): void {
    this.#parts.upstreams?.set(upstreams)
  }

  stats(): ClientStats {
    const { pipeline, service } = this.#parts
    const all = [...(service === undefined ? [] : [service]), ...pipeline.services.all]
    return clientStats(pipeline, all)
  }

  /** For telemetry: `listener` hears of each call that ended here with nothing to show for it on the wire, until the function returned is called. */
  traceRefusals(listener: RefusalListener): () => void {
    return this.#parts.pipeline.refusals.listen(listener)
  }

  /** Lets no call in any more, waits for those in flight, and closes the connections that it made. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { pipeline, base, ownsBase, upstreams } = this.#parts
    upstreams?.close()
    await pipeline.close()
    if (ownsBase) await base.close()
  }
}
