import { type PlainOptions, plainOptions } from '@headgate/core'
import type { ResolvedRuntime } from './runtime-options.ts'
import { ToldRoutes } from './told-routes.ts'

/** A guard and a plugin are two hosts of one admission; more than these are made by tests alone. */
const MAX_HOSTS = 8

/** What an admission was made with, and each of its hosts: for metrics, which tell every option there is. */
export class ConfiguredOptions {
  readonly #made: PlainOptions
  readonly #hosts: PlainOptions[] = []
  /** For adapters: what single routes say. */
  readonly routes: ToldRoutes = new ToldRoutes()

  constructor(made: object) {
    this.#made = plainOptions(made)
  }

  /** For adapters: what only the host knows. The second is told as `host2.tier`, and so on. */
  addHost(options: object): void {
    if (this.#hosts.length >= MAX_HOSTS) return
    const plain = plainOptions(options)
    const count = this.#hosts.length + 1
    const own = Object.entries(plain).map(([name, value]) => [`host${count}.${name}`, value])
    this.#hosts.push(count === 1 ? plain : Object.fromEntries(own))
  }

  /** With those that may change. */
  describe(core: PlainOptions, { mode, explain, maxHoldMs }: ResolvedRuntime): PlainOptions {
    return Object.assign({ ...this.#made, ...core, mode, explain, maxHoldMs }, ...this.#hosts)
  }
}
