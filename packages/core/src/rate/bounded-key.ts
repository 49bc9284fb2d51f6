const MAX_CHARS = 128
/** Of a longer key this much is looked at, at either end, so that a huge one costs no more. */
const END_CHARS = 512

/**
 * A key that somebody outside chose, made fit to be kept: at most 128 characters, and never throwing.
 * Longer ones are stood for by a hash and their length; what is no string, by its type. Two of those may
 * then share what is kept for them, and no more.
 */
export function boundedKey(key: unknown): string {
  if (typeof key !== 'string') return typeof key === 'number' ? `#${key}` : `#${typeof key}`
  if (key.length <= MAX_CHARS) return key
  return `#${key.length}:${hashOf(key, 0x811c9dc5)}${hashOf(key, 0x9747b28c)}`
}

/**
 * A copy that stands for itself. A piece cut from a longer text keeps all of that text in memory: a table
 * of tenants cut from headers would hold every header. To cut from a sum, engines write the sum out first.
 */
export function ownCopy(key: string): string {
  return ` ${key}`.slice(1)
}

/** Fowler, Noll and Vo, FNV-1a (1991), over the ends of the key, with a closing mix. 8 hex digits. */
function hashOf(key: string, seed: number): string {
  let hash = seed
  for (let index = 0; index < key.length; index += 1) {
    if (index === END_CHARS) index = Math.max(index, key.length - END_CHARS)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0')
}
