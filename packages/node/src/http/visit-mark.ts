import type { RequestHandle } from './request-handle.ts'

// Registered: the guard and the plugin may come from two copies of this package.
const kVisit = Symbol.for('headgate.visit')

interface Marked {
  [kVisit]?: RequestHandle | null | undefined
}

/**
 * Says that a request has come to a gate, so that whoever comes later does not count it again; `null`
 * for an exempt one, and `undefined` for one that has not come to any yet.
 */
export function markVisit(request: object, visit: RequestHandle | null | undefined): void {
  ;(request as Marked)[kVisit] = visit
}

/** How a request came through the guard; `null` when exempt, `undefined` when it did not. */
export function visitOf(request: object): RequestHandle | null | undefined {
  return (request as Marked)[kVisit]
}
