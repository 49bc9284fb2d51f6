import type { Entrance } from '@headgate/node'
import type { KoaEntering } from './koa-entering.ts'
import type { KoaRequest } from './koa-options.ts'

export type KoaEntrance = Entrance<KoaRequest, KoaEntering>

// Registered: two copies of this package may be loaded.
const kEntrance = Symbol.for('headgate.koa.entrance')

/** Says which middleware guards a request that a route is still to admit. */
export function markEntrance(request: KoaRequest, entrance: KoaEntrance): void {
  request[kEntrance] = entrance
}

export function entranceOf(request: KoaRequest): KoaEntrance | undefined {
  return request[kEntrance]
}
