import type { RequestHandle } from './visit.ts'

// Registered: the guard and the plugin may come from two copies of this package.
const kVisit = Symbol.for('headgate.visit')

interface Marked {
  [kVisit]?: RequestHandle
}

/** Says that a request has been admitted or queued, so that whoever comes later does not count it again. */
export function markVisit(request: object, visit: RequestHandle): void {
  ;(request as Marked)[kVisit] = visit
}

/** How a request came through the guard; `undefined` when it did not. */
export function visitOf(request: object): RequestHandle | undefined {
  return (request as Marked)[kVisit]
}
