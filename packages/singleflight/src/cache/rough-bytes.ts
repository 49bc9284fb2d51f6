/** What an error is taken for: its stack is text of about that size. */
export const ERROR_BYTES = 2_048

/** What an entry takes beside its value and key: measured, see the package's benchmark. */
const ENTRY_BYTES = 250

/** About how many bytes an entry takes, its key and what we keep about it included. */
export function roughEntryBytes(value: unknown, key: unknown): number {
  return ENTRY_BYTES + roughBytes(value) + roughBytes(key)
}

/** So many parts take tens of milliseconds to walk: that is a server behind a reference, and not data. */
const MAX_PARTS = 250_000
const POINTER_BYTES = 8
const HEADER_BYTES = 16

/**
 * About how many bytes a value takes: two a character, eight a number or reference, sixteen for what holds
 * them; typed arrays and buffers by their length. It walks plain data once, circles included, and sees
 * nothing inside of class instances that hide their state. NaN for what throws when it is looked at, and
 * for what has more than 250,000 parts.
 */
export function roughBytes(value: unknown): number {
  try {
    return walk(value)
  } catch {
    // A getter that throws must not fail a request whose load succeeded. What has no size is not kept.
    return Number.NaN
  }
}

function walk(value: unknown): number {
  const seen = new Set<object>()
  const open: unknown[] = [value]
  let bytes = 0
  for (let parts = 0; open.length > 0; parts += 1) {
    if (parts + open.length > MAX_PARTS) return Number.NaN
    const next = open.pop()
    bytes += POINTER_BYTES
    if (typeof next === 'string') bytes += HEADER_BYTES + next.length * 2
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    bytes += HEADER_BYTES + bytesInside(next, open)
  }
  return bytes
}

/** Bytes held by the object itself; what it refers to is added to `open`. */
function bytesInside(value: object, open: unknown[]): number {
  const { byteLength } = value as { byteLength?: unknown }
  if (typeof byteLength === 'number' && byteLength >= 0) return byteLength
  if (value instanceof Error) return ERROR_BYTES
  if (value instanceof Map) {
    for (const [key, item] of value) open.push(key, item)
  } else if (value instanceof Set || Array.isArray(value)) {
    for (const item of value) open.push(item)
  } else {
    for (const item of Object.values(value)) open.push(item)
  }
  return 0
}
