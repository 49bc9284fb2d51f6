import { getHeapStatistics } from 'node:v8'
import t from 'tap'
import { maxOldGenerationBytes, oldGenerationBytes } from '../../src/pressure/old-generation.ts'

const MB = 1_048_576

t.test('is what V8 was told, whatever the young generation adds to the heap', async (t) => {
  const check = (flags: readonly string[], heapMb: number, expectedMb: number): void => {
    t.equal(maxOldGenerationBytes(flags, heapMb * MB), expectedMb * MB, flags.join(' '))
  }
  check(['--max-old-space-size=128'], 176, 128)
  check(['--max_old_space_size=128'], 320, 128)
  check(['--inspect', '--max-old-space-size=512', '--no-opt'], 560, 512)
  check(['--no-opt --max-old-space-size=256 --trace-gc'], 304, 256)
  check(['--max-old-space-size=256', '--max-old-space-size=512'], 560, 512)
  check(['--max-old-space-size=9999'], 560, 560)
})

t.test('where V8 sized the heap by itself, is rather too little than too much', async (t) => {
  const check = (flags: readonly string[], heapMb: number, expectedMb: number): void => {
    t.equal(maxOldGenerationBytes(flags, heapMb * MB), expectedMb * MB, `${heapMb} MB`)
  }
  check([], 4_144, 3_952)
  check([], 256, 224)
  check(['--max-old-space-size=0'], 4_144, 3_952)
  check(['--max-heap-size=256'], 256, 224)
})

t.test('of this process is below the limit of its heap', async (t) => {
  const maxBytes = maxOldGenerationBytes()
  t.ok(maxBytes > 0 && maxBytes <= getHeapStatistics().heap_size_limit)
})

t.test('holds what is old, and not what is young', async (t) => {
  const bytes = oldGenerationBytes()
  t.ok(bytes > 0 && bytes < getHeapStatistics().total_heap_size)
  // Larger than any young generation, so it is old at once.
  const large = new Array<number>(8 * MB).fill(0.5)
  t.ok(oldGenerationBytes() - bytes >= 32 * MB, 'a large array is')
  t.equal(large.length, 8 * MB)
})
