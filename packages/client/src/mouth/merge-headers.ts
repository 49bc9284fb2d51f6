/** Headers in any form that undici takes, with these names and values in turn added; what is there already stays. */
export function mergeHeaders(headers: unknown, added: readonly string[]): unknown {
  if (added.length === 0) return headers
  if (headers === null || headers === undefined) return added
  if (Array.isArray(headers)) return isFlat(headers) ? mergeFlat(headers, added) : headers
  if (typeof headers !== 'object') return headers
  if (Symbol.iterator in headers) {
    const pairs = [...(headers as Iterable<readonly [string, unknown]>)]
    return mergeFlat(pairs.flat(1), added)
  }
  const merged: Record<string, unknown> = { ...headers }
  const known = new Set(Object.keys(merged).map(lower))
  for (let at = 0; at < added.length; at += 2) {
    const name = added[at] as string
    if (!known.has(name)) merged[name] = added[at + 1]
  }
  return merged
}

/** The value of a header in any of the forms; of several the first. `name` in lower case. */
export function findHeader(headers: unknown, name: string): unknown {
  if (typeof headers !== 'object' || headers === null) return undefined
  const isPairs = !Array.isArray(headers) && Symbol.iterator in headers
  const flat = Array.isArray(headers)
    ? headers
    : isPairs
      ? [...(headers as Iterable<unknown[]>)].flat(1)
      : Object.entries(headers).flat(1)
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (lower(flat[at]) === name) return flat[at + 1]
  }
  return undefined
}

function mergeFlat(headers: readonly unknown[], added: readonly string[]): readonly unknown[] {
  const merged = [...headers]
  for (let at = 0; at < added.length; at += 2) {
    if (!hasFlat(headers, added[at] as string)) merged.push(added[at], added[at + 1])
  }
  return merged
}

function hasFlat(headers: readonly unknown[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) {
    if (lower(headers[at]) === name) return true
  }
  return false
}

function isFlat(headers: readonly unknown[]): boolean {
  return headers.length % 2 === 0 && !Array.isArray(headers[0])
}

function lower(name: unknown): string {
  return String(name).toLowerCase()
}
