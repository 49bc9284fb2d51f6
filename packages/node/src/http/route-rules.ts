import type { Admission } from '../admission/admission.ts'
import { createRouteRule, type RouteOptions, type RouteRule } from './route-options.ts'

/** Routes are declared, so their names are few; more than this are not names of routes. */
const MAX_ROUTES = 1_000

let made = 0

/**
 * What one `admit()` says, for each of the routes that it stands on: where no tenant is named, they share
 * the capacity.
 */
export class RouteRules<Request> {
  readonly #options: RouteOptions<Request>
  readonly #byRoute = new Map<string, RouteRule<Request>>()
  readonly #other: RouteRule<Request>
  readonly #otherName: string
  #isOtherTold = false

  constructor(options: RouteOptions<Request>) {
    this.#options = options
    made += 1
    this.#otherName = `admit ${made}`
    this.#other = createRouteRule(options, this.#otherName)
  }

  /**
   * @param route the same for each of its requests, and unlike any other's; `undefined` if nobody knows
   * @param admission hears at the first request of each what it says
   */
  of(route: string | undefined, admission?: Pick<Admission, 'configured'>): RouteRule<Request> {
    if (route === undefined) return this.#tellOther(admission)
    const known = this.#byRoute.get(route)
    if (known !== undefined) return known
    if (this.#byRoute.size >= MAX_ROUTES) return this.#tellOther(admission)
    // What answers are kept is the same for all of them.
    const rule = createRouteRule(this.#options, route, this.#other.coalescing)
    this.#byRoute.set(route, rule)
    this.#tell(route, admission)
    return rule
  }

  #tellOther(admission: Pick<Admission, 'configured'> | undefined): RouteRule<Request> {
    if (!this.#isOtherTold) this.#tell(this.#otherName, admission)
    this.#isOtherTold = true
    return this.#other
  }

  /** Another version of the package may have made the admission, which does not know of this. */
  #tell(route: string, admission: Pick<Admission, 'configured'> | undefined): void {
    // A host's number of a route differs from process to process: it is not for labels.
    admission?.configured?.routes?.add(route.replace(/ \(\d+\)$/, ''), this.#options)
  }
}
