import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'

/**
 * V8 begins an incremental collection when the memory outside its heap has grown by 64 MB since the last.
 */
const EXTERNAL_BYTES = 65 * 1_048_576

type Listener = () => void

const listeners = new Set<Listener>()
let observer: PerformanceObserver | undefined

/**
 * Calls `listener` soon after each major garbage collection, in the check phase, until the function
 * returned is called. However many listen, the process is observed once.
 */
export function watchMajorCollections(listener: Listener): () => void {
  // Of its own, so that watching with one function twice and ending it once is right.
  const own: Listener = () => listener()
  listeners.add(own)
  observer ??= observe()
  return () => {
    listeners.delete(own)
    if (listeners.size > 0) return
    observer?.disconnect()
    observer = undefined
  }
}

/**
 * Asks V8 for a major collection, which comes in small steps within a second or so, as any other. There
 * is no function for that. Nobody writes to these bytes, so the system never has to find them a place.
 */
export function requestCollection(): void {
  try {
    new ArrayBuffer(EXTERNAL_BYTES)
  } catch {
    // No address space left for it (`ulimit -v`): V8 has collected everything before it gave up.
  }
}

function observe(): PerformanceObserver {
  const made = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isMajor)) return
    for (const listener of listeners) listener()
  })
  made.observe({ entryTypes: ['gc'] })
  return made
}

function isMajor(entry: PerformanceEntry): boolean {
  const { kind } = (entry as PerformanceEntry & { readonly detail: { readonly kind: number } })
    .detail
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR
}
