import t from 'tap'
import { HeapPressure } from '../../src/pressure/heap-pressure.ts'

/** A heap of 1,000 bytes in which collections happen when the test says so. */
function create() {
  let onMajorCollection: (() => void) | undefined
  const source = {
    maxBytes: 1_000,
    bytes: 0,
    watches: 0,
    watchers: 0,
    requested: 0,
    usedBytes: () => source.bytes,
    watch: (listener: () => void) => {
      onMajorCollection = listener
      source.watches += 1
      source.watchers += 1
      return () => {
        source.watchers -= 1
        onMajorCollection = undefined
      }
    },
    requestCollection: () => {
      source.requested += 1
    },
  }
  const heap = new HeapPressure(source)
  const tick = (times: number): void => {
    for (let ticks = 0; ticks < times; ticks += 1) heap.onTick()
  }
  /** What is used now: garbage as well, as nothing has been collected. */
  const use = (bytes: number): void => {
    source.bytes = bytes
    tick(1)
  }
  const collect = (left: number): number => {
    source.bytes = left
    onMajorCollection?.()
    return heap.level
  }
  return { heap, source, tick, use, collect }
}

t.test('rises from three quarters of the old generation on, and is 1 at 0.85', async (t) => {
  const { use, collect } = create()
  const check = (left: number, expected: number): void => {
    use(1_000)
    const level = collect(left)
    t.ok(Math.abs(level - expected) < 1e-9, `${left} of 1000: ${level}`)
  }
  check(0, 0)
  check(749, 0)
  check(750, 0)
  check(800, 0.5)
  check(850, 1)
  check(1_000, 1)
  check(2_000, 1)
  check(100, 0)
})

t.test(
  'what lies in the heap between collections may be garbage, and is no pressure',
  async (t) => {
    const { heap, source, tick, use, collect } = create()
    use(999)
    tick(1_000)
    t.equal(heap.level, 0, 'nothing has been collected yet')
    collect(600)
    use(999)
    tick(1_000)
    t.equal(heap.level, 0)
    t.equal(source.requested, 0, 'nor is anything collected for its sake')
  },
)

t.test('a hard line is asked about every five seconds until a collection comes', async (t) => {
  const { heap, source, tick, use, collect } = create()
  use(900)
  collect(849)
  tick(1_000)
  t.equal(source.requested, 0, 'below the line work goes on, and brings collections by itself')
  collect(900)
  tick(19)
  t.equal(source.requested, 0)
  tick(1)
  t.equal(source.requested, 1)
  tick(20)
  t.equal(source.requested, 2, 'V8 may need more than one')
  tick(10)
  collect(900)
  tick(19)
  t.equal(source.requested, 2, 'a fresh reading is good for five seconds again')
  collect(600)
  t.equal(heap.level, 0)
  tick(1_000)
  t.equal(source.requested, 2)
})

t.test('watches collections only while half of the old generation is used', async (t) => {
  const { heap, source, use, collect } = create()
  use(499)
  t.equal(source.watchers, 0)
  use(500)
  use(900)
  t.equal(source.watchers, 1, 'and once, however many ticks')
  collect(840)
  t.ok(heap.level > 0)
  use(499)
  t.equal(source.watchers, 0)
  t.equal(heap.level, 0, 'live is part of used: nobody has to be told')
  use(900)
  t.equal(source.watches, 2)
  heap.stop()
  heap.stop()
  t.equal(source.watchers, 0)
})

t.test('is nothing in a process that does nothing', async (t) => {
  const heap = new HeapPressure()
  heap.onTick()
  t.equal(heap.level, 0)
})
