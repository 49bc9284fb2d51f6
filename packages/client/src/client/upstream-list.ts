import type { Replica } from '../service/replica.ts'
import type { Service } from '../service/service.ts'
import type { Services } from '../service/services.ts'
import { checkOrigin, type UpstreamSource } from './client-options.ts'

/** Keeps a service's replicas as a list of origins says; those that stay keep what is known of them. */
export class UpstreamList {
  readonly #services: Services
  readonly #service: Service
  readonly #known: Map<string, Replica> = new Map()
  readonly #iterator: AsyncIterator<readonly string[]> | undefined
  #isClosed = false
  /** Lists that made no sense, and sources that failed. */
  errors = 0

  /** @throws {InvalidOptionError} when one of `upstreams` is no origin. */
  constructor(services: Services, service: Service, upstreams: readonly string[] | UpstreamSource) {
    this.#services = services
    this.#service = service
    if (typeof upstreams !== 'function') {
      this.set(upstreams)
      return
    }
    this.#iterator = upstreams()[Symbol.asyncIterator]()
    void this.#follow(this.#iterator)
  }

  get origins(): readonly string[] {
    return [...this.#known.keys()]
  }

  /** @throws {InvalidOptionError} when one is no origin; nothing is changed then. */
  set(upstreams: readonly string[]): void {
    const origins = new Set(upstreams.map((one) => checkOrigin('upstreams', one)))
    for (const origin of this.#known.keys()) if (!origins.has(origin)) this.#known.delete(origin)
    for (const origin of origins) {
      if (!this.#known.has(origin)) this.#known.set(origin, this.#services.createReplica(origin))
    }
    this.#service.update([...this.#known.values()])
  }

  close(): void {
    this.#isClosed = true
    void this.#iterator?.return?.()?.catch(() => undefined)
  }

  /** What is known stays when a source fails or ends: old upstreams are better than none. */
  async #follow(iterator: AsyncIterator<readonly string[]>): Promise<void> {
    try {
      while (!this.#isClosed) {
        const { done, value } = await iterator.next()
        if (done === true || this.#isClosed) return
        this.#trySet(value)
      }
    } catch {
      this.errors += 1
    }
  }

  /** A list that makes no sense changes nothing. */
  #trySet(upstreams: readonly string[]): void {
    try {
      this.set(upstreams)
    } catch {
      this.errors += 1
    }
  }
}
