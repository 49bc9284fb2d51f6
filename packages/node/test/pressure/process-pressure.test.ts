import { Admission, FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import { type PressureSignal, ProcessPressure } from '../../src/pressure/process-pressure.ts'

/** A heap that is as full as it is told. */
function createHeap() {
  const calls: string[] = []
  return {
    level: 0,
    calls,
    stop: () => void calls.push('stop'),
    onTick: () => void calls.push('tick'),
  }
}

/** A pressure on a clock of its own, with an idle heap unless told otherwise. */
function create(
  signals: readonly PressureSignal[],
  heap: ReturnType<typeof createHeap> = createHeap(),
) {
  const clock = new VirtualClock()
  const errors: unknown[] = []
  const pressure = new ProcessPressure(clock, signals, {
    heap,
    onSignalError: (error) => errors.push(error),
  })
  pressure.start()
  return { clock, pressure, errors }
}

t.test('is nothing before the first sample', async (t) => {
  const { pressure } = create([() => 1])
  t.equal(pressure.level, 0)
  t.equal(pressure.isHard, false)
})

t.test('is the highest of all signals', async (t) => {
  const heap = createHeap()
  heap.level = 0.3
  const { clock, pressure } = create([() => 0.2, () => 0.7, () => 0.1], heap)
  t.equal(pressure.level, 0.3, 'of the heap at once')
  clock.advance(250)
  t.equal(pressure.level, 0.7)
  heap.level = 0.8
  t.equal(pressure.level, 0.8)
  t.equal(pressure.isHard, false)
})

t.test('samples four times a second with one timer', async (t) => {
  let samples = 0
  const count = (): number => {
    samples += 1
    return 0
  }
  const { clock } = create([count])
  clock.advance(10_000)
  t.equal(samples, 40)
  t.equal(clock.pending, 1)
})

t.test('takes no signal for more than its word', async (t) => {
  const cases: readonly [unknown, number][] = [
    [2, 1],
    [Number.POSITIVE_INFINITY, 1],
    [-1, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.NaN, 0],
    [undefined, 0],
    [null, 0],
    ['0.9', 0],
    [true, 0],
    [1n, 0],
    [{ valueOf: () => 1 }, 0],
  ]
  for (const [said, expected] of cases) {
    const { clock, pressure, errors } = create([() => said as number])
    clock.advance(250)
    t.equal(pressure.level, expected, `${typeof said} ${String(said)}`)
    t.same(errors, [])
    t.equal(clock.pending, 1, 'and goes on sampling')
  }
})

t.test('counts a signal that throws as 0, tells of it, and asks the others', async (t) => {
  const broken = new Error('no pool')
  const { clock, pressure, errors } = create([
    () => {
      throw broken
    },
    () => 0.4,
  ])
  clock.advance(250)
  t.equal(pressure.level, 0.4)
  t.same(errors, [broken])
  clock.advance(250)
  t.equal(errors.length, 2, 'each time: how often is told is not decided here')
})

t.test('counts the promise of an async signal as 0, and tells of it', async (t) => {
  const signals = [async () => 1, async () => Promise.reject(new Error('no pool'))]
  const { clock, pressure, errors } = create(signals as unknown as PressureSignal[])
  clock.advance(250)
  t.equal(pressure.level, 0)
  t.match(errors, [/pressure must answer at once/, /pressure must answer at once/])
})

t.test(
  'draws the hard line at the end of the heap, and takes it back, without a tick',
  async (t) => {
    const heap = createHeap()
    const { pressure } = create([], heap)
    heap.level = 1
    t.equal(pressure.isHard, true)
    t.equal(pressure.level, 1)
    heap.level = 0.99
    t.equal(pressure.isHard, false)
    t.equal(pressure.level, 0.99)
  },
)

t.test('past the hard line only critical work is let in, free permits or not', async (t) => {
  const heap = createHeap()
  heap.level = 1
  const { clock, pressure } = create([], heap)
  const limit = new FixedLimit(100)
  const admission = new Admission({ clock, random: () => 0.5, limit, pressure })
  const answersOf = () =>
    (['critical', 'important', 'optional', 'opportunistic'] as const).map((tier) => {
      const answer = admission.tryAcquire({ tier })
      return answer.admitted || answer.reason
    })
  t.same(answersOf(), [true, 'pressure', 'pressure', 'pressure'])
  heap.level = 0.5
  t.same(answersOf(), [true, true, true, true])
})

t.test("a user's own signal never draws the hard line", async (t) => {
  const { clock, pressure } = create([() => 1])
  clock.advance(250)
  t.equal(pressure.level, 1)
  t.equal(pressure.isHard, false)
})

t.test('feels a turn of the loop that took long, and forgets it in a few samples', async (t) => {
  // A clock whose timers fire late, as those of a blocked loop do.
  let nowMs = 0
  let task: (() => void) | undefined
  const clock = {
    nowMs: () => nowMs,
    schedule: (_delayMs: number, due: () => void) => {
      task = due
      return () => {}
    },
  }
  const pressure = new ProcessPressure(clock, [], { heap: createHeap(), onSignalError: () => {} })
  pressure.start()
  const fireAfter = (ms: number): number => {
    nowMs += ms
    task?.()
    return pressure.level
  }
  t.equal(fireAfter(250), 0)
  t.equal(fireAfter(250 + 400), 0.4)
  t.equal(fireAfter(250), 0.2)
  t.equal(fireAfter(250), 0.1)
  t.equal(fireAfter(250 + 5_000), 1, 'never above 1')
})

t.test('asks the heap with every sample, and stops it with its timer', async (t) => {
  const heap = createHeap()
  const { clock, pressure } = create([], heap)
  t.same(heap.calls, [])
  clock.advance(500)
  t.same(heap.calls, ['tick', 'tick'])
  pressure.stop()
  pressure.stop()
  t.equal(clock.pending, 0)
  clock.advance(5_000)
  t.same(heap.calls.slice(2), ['stop', 'stop'])
})
