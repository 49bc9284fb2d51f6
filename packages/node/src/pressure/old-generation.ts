import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8'
import { resourceLimits } from 'node:worker_threads'

const BYTES_PER_MB = 1_048_576
const OLD_SPACE_FLAG = /--max[-_]old[-_]space[-_]size=(\d+)/g
/** Young objects live in spaces of their own, and what is read-only was there before the first request. */
const NOT_OLD = /^(?:new_|read_only_)/
/** What V8 keeps for young objects at most, unless it was told otherwise (Node.js 24). */
const MOST_YOUNG_BYTES = 192 * BYTES_PER_MB
/** And at most this share where it sizes the heap by itself. */
const MOST_YOUNG_RATIO = 0.125

/** Bytes in the old generation, garbage that has not been collected yet included. */
export function oldGenerationBytes(): number {
  let bytes = 0
  for (const { space_name: name, space_used_size: used } of getHeapSpaceStatistics()) {
    if (!NOT_OLD.test(name)) bytes += used
  }
  return bytes
}

/**
 * Bytes that the old generation may grow to before V8 ends the process; where V8 sized the heap by
 * itself, rather too few than too many.
 *
 * V8's own `heap_size_limit` holds the young generation as well: 48 MB in Node.js 20 and 22, 192 in 24,
 * 96 in 26, however small the old one. V8 does not tell how it is divided, so the flag is read again.
 */
export function maxOldGenerationBytes(
  flags: readonly string[] = commandLine(),
  heapLimitBytes: number = getHeapStatistics().heap_size_limit,
): number {
  const flag = [...flags.join(' ').matchAll(OLD_SPACE_FLAG)].at(-1)?.[1]
  // Empty in the main thread. The flag goes before a worker's own limit.
  const maxMb = Number(flag ?? resourceLimits.maxOldGenerationSizeMb ?? 0)
  if (maxMb > 0) return Math.min(maxMb * BYTES_PER_MB, heapLimitBytes)
  return heapLimitBytes - Math.min(MOST_YOUNG_BYTES, heapLimitBytes * MOST_YOUNG_RATIO)
}

/** The command line goes before the environment, as with V8 itself. */
function commandLine(): readonly string[] {
  return [process.env.NODE_OPTIONS ?? '', ...process.execArgv]
}
