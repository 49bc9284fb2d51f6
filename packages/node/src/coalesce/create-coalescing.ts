import type { CoalesceOptions } from './coalesce-options.ts'
import { CoalescedRoute } from './coalesced-route.ts'
import type { Coalescing } from './coalescing.ts'

/** @param options checked ones; `false`: no request of the route shares, whatever its host says */
export function createCoalescing<Request>(
  options: CoalesceOptions<Request> | false | undefined,
): Coalescing<Request> | false | undefined {
  return options ? new CoalescedRoute(options) : (options as false | undefined)
}
