import type { createRawEntrance } from '@headgate/node'
import type { Request, Response } from 'express'

export type ExpressEntrance = ReturnType<typeof createRawEntrance<Request, Response>>

// Registered: two copies of this package may be loaded.
const kEntrance = Symbol.for('headgate.express.entrance')

interface Marked {
  [kEntrance]?: ExpressEntrance
}

/** Says which middleware guards a request that a route is still to admit. */
export function markEntrance(request: Request, entrance: ExpressEntrance): void {
  ;(request as Request & Marked)[kEntrance] = entrance
}

export function entranceOf(request: Request): ExpressEntrance | undefined {
  return (request as Request & Marked)[kEntrance]
}
