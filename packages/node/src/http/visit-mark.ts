import type { RequestHandle } from './request-handle.ts'

// Registered: the guard and the plugin may come from two copies of this package.
const kVisit = Symbol.for('headgate.visit')

interface Marked {
  [kVisit]?: RequestHandle | null
}

/**
 * What bears the mark of a request: the list of its headers as they came, which is its own. Express changes the
 * prototype of every request, and V8 then makes it a shape of its own with each property that it is given, which
 * costs 13 us (Node.js 20).
 */
function bearerOf(request: object): Marked {
  const { rawHeaders } = request as { readonly rawHeaders?: unknown }
  return Array.isArray(rawHeaders) ? (rawHeaders as Marked) : request
}

/**
 * Says that a request has come to a gate, so that whoever comes later does not count it again; `null`
 * for an exempt one.
 */
export function markVisit(request: object, visit: RequestHandle | null): void {
  bearerOf(request)[kVisit] = visit
}

/** How a request came through the guard; `null` when exempt, `undefined` when it did not. */
export function visitOf(request: object): RequestHandle | null | undefined {
  return bearerOf(request)[kVisit]
}
