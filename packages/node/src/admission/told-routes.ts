import { definedOptions, type PlainOptions, plainOptions } from '@headgate/core'

/** Routes are labels of metrics: with what each may say these are some hundreds of series. */
const MAX_ROUTES = 64
const MAX_OPTIONS = 32
const MAX_NAME = 128

/** What routes say of themselves: the first 64 of those that say anything. More are counted. */
export class ToldRoutes {
  readonly #byRoute = new Map<string, PlainOptions>()
  #untold = 0

  /** By route, with the whole names of its options; an exempt one has `exempt` alone. */
  get all(): Readonly<Record<string, PlainOptions>> {
    return Object.fromEntries(this.#byRoute)
  }

  get untold(): number {
    return this.#untold
  }

  /** For adapters: once for each route; `false` exempts it. Never throws. */
  add(route: string, options: object | false): void {
    const said = options === false ? { exempt: true } : plainOptions(definedOptions(options))
    const entries = Object.entries(said).slice(0, MAX_OPTIONS)
    const name = route.slice(0, MAX_NAME)
    if (entries.length === 0 || this.#byRoute.has(name)) return
    if (this.#byRoute.size < MAX_ROUTES) this.#byRoute.set(name, Object.fromEntries(entries))
    else this.#untold += 1
  }
}
