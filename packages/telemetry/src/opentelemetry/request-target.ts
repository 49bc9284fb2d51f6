import type { Attributes } from '@opentelemetry/api'

/** As much of undici's dispatch options as says where a request goes. */
export interface RequestTarget {
  readonly method: string
  readonly origin?: string | URL | undefined
  readonly path: string
}

/** The attributes that a client's request has, sent or not. Where no origin is known there is no address. */
export function targetAttributes({ method, origin, path }: RequestTarget): Attributes {
  const attributes: Attributes = { 'http.request.method': method }
  if (origin === undefined || !URL.canParse(path, String(origin))) return attributes
  const url = new URL(path, origin)
  return {
    ...attributes,
    'server.address': url.hostname,
    'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    // Without the query, where secrets may be.
    'url.full': `${url.origin}${url.pathname}`,
  }
}

/** What OpenTelemetry calls `error.type`: the code of an error, and its name where it has none. */
export function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown }
  // The code of a DOMException is a number that says nothing: `AbortError` does.
  return String((typeof code === 'string' ? code : name) ?? '_OTHER')
}
