import { hashName } from '../fairness/flow-name.ts'

const MAX_CHARS = 128
/** Two hashes of 32 bits: by one, keys by the million would meet. */
const SEEDS = [0x811c9dc5, 0x9747b28c] as const

/**
 * A key that somebody outside chose, made fit to be kept: at most 128 characters, and never throwing.
 * Longer ones are stood for by a hash and their length; what is no string, by its type. Two of those may
 * then share what is kept for them, and no more.
 */
export function boundedKey(key: unknown): string {
  if (typeof key !== 'string') return typeof key === 'number' ? `#${key}` : `#${typeof key}`
  if (key.length <= MAX_CHARS) return key
  const [one, other] = SEEDS
  return `#${key.length}:${hexOf(hashName(key, one))}${hexOf(hashName(key, other))}`
}

/**
 * A copy that stands for itself. A piece cut from a longer text keeps all of that text in memory: a table
 * of tenants cut from headers would hold every header. To cut from a sum, engines write the sum out first.
 */
export function ownCopy(key: string): string {
  return ` ${key}`.slice(1)
}

/** 8 hex digits. */
function hexOf(hash: number): string {
  return hash.toString(16).padStart(8, '0')
}
