import { getHeapStatistics, type HeapInfo } from 'node:v8'

/** Below this share of the heap limit memory is no concern. */
const FROM_RATIO = 0.8
/** Past this share only critical work is let in: garbage collection is about to eat the process. */
const HARD_RATIO = 0.95

/** Heap use as pressure: 0 at 0.80 of V8's heap limit, 1 at 0.95. */
export function heapPressure(
  statistics: Pick<HeapInfo, 'used_heap_size' | 'heap_size_limit'> = getHeapStatistics(),
): number {
  const { used_heap_size: used, heap_size_limit: limit } = statistics
  return Math.min(Math.max((used / limit - FROM_RATIO) / (HARD_RATIO - FROM_RATIO), 0), 1)
}
