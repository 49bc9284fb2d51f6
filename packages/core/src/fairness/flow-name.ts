const MOST_LENGTH = 128
/** Enough of a long name to tell it from others; names may come from clients, and cost time to read. */
const MOST_READ = 512

/** A tenant's name of bounded length: what is longer is known by its hash. */
export function boundedName(name: string, seed: number): string {
  if (name.length <= MOST_LENGTH) return name
  const [one, other] = [hashName(name, seed), hashName(name, ~seed)]
  return `${name.length}:${one.toString(36)}:${other.toString(36)}`
}

/**
 * A 32-bit hash, unsigned. Seeded, so that nobody outside can tell which names fall together.
 *
 * Source: the FNV-1a step, with the finaliser of MurmurHash3.
 */
export function hashName(name: string, seed: number): number {
  let hash = (seed ^ name.length) | 0
  const { length } = name
  for (let index = 0; index < length; index += 1) {
    if (index === MOST_READ && length > 2 * MOST_READ) index = length - MOST_READ
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
