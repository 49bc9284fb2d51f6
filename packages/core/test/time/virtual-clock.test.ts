import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

t.test('stands still until it is moved, and never goes back', async (t) => {
  const clock = new VirtualClock()
  t.equal(clock.nowMs(), 0)
  clock.advance(2.5)
  clock.advance(1)
  t.equal(clock.nowMs(), 3.5)
  clock.advanceTo(2)
  clock.advance(-1)
  t.equal(clock.nowMs(), 3.5)
})

t.test('runs a task at its time, once, and not before', async (t) => {
  const clock = new VirtualClock()
  const ranAtMs: number[] = []
  clock.schedule(10, () => ranAtMs.push(clock.nowMs()))
  t.equal(clock.pending, 1)
  clock.advance(9.9)
  t.same(ranAtMs, [])
  clock.advance(0.1)
  t.equal(clock.pending, 0)
  clock.advance(100)
  t.same(ranAtMs, [10])
})

t.test('tasks of the same time run in the order they were scheduled', async (t) => {
  const clock = new VirtualClock()
  const order: string[] = []
  clock.schedule(5, () => order.push('second'))
  clock.schedule(1, () => order.push('first'))
  clock.schedule(5, () => order.push('third'))
  clock.schedule(0, () => order.push('at once, but not yet'))
  t.same(order, [])
  clock.advance(5)
  t.same(order, ['at once, but not yet', 'first', 'second', 'third'])
})

t.test('a task in the past runs now', async (t) => {
  const clock = new VirtualClock()
  clock.advance(50)
  let ranAtMs = Number.NaN
  clock.schedule(-20, () => {
    ranAtMs = clock.nowMs()
  })
  clock.advance(0)
  t.equal(ranAtMs, 50)
})

t.test('a time that is not finite is a mistake, and changes nothing', async (t) => {
  const clock = new VirtualClock()
  let ran = 0
  const count = (): void => {
    ran += 1
  }
  clock.schedule(10, count)
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    t.throws(() => clock.schedule(ms, count), { name: 'RangeError', message: /delayMs.*finite/ })
    t.throws(() => clock.advance(ms), { name: 'RangeError', message: /byMs.*finite/ })
    t.throws(() => clock.advanceTo(ms), { name: 'RangeError', message: /toMs.*finite/ })
  }
  t.throws(() => clock.schedule(undefined as unknown as number, count), { name: 'RangeError' })
  t.throws(() => clock.schedule('5' as unknown as number, count), { name: 'RangeError' })
  t.equal(clock.pending, 1)
  t.equal(clock.nowMs(), 0)
  clock.advance(10)
  t.equal(ran, 1)
})

t.test('what a task schedules runs in the same advance, if it falls due', async (t) => {
  const clock = new VirtualClock()
  const ranAtMs: number[] = []
  const tick = (): void => {
    ranAtMs.push(clock.nowMs())
    clock.schedule(10, tick)
  }
  clock.schedule(10, tick)
  clock.advance(35)
  t.same(ranAtMs, [10, 20, 30])
  t.equal(clock.nowMs(), 35)
  t.equal(clock.pending, 1)
})

t.test(
  'a cancelled task does not run; cancelling again, or afterwards, does nothing',
  async (t) => {
    const clock = new VirtualClock()
    const ran: string[] = []
    const cancelEarly = clock.schedule(5, () => ran.push('early'))
    const cancelLate = clock.schedule(6, () => ran.push('late'))
    cancelEarly()
    cancelEarly()
    t.equal(clock.pending, 1)
    clock.advance(10)
    cancelLate()
    t.same(ran, ['late'])
    t.equal(clock.pending, 0)
  },
)

t.test('a task can cancel another of the same time, and itself', async (t) => {
  const clock = new VirtualClock()
  const ran: string[] = []
  let cancelOther = (): void => {}
  const cancelSelf = clock.schedule(5, () => {
    ran.push('one')
    cancelSelf()
    cancelOther()
  })
  cancelOther = clock.schedule(5, () => ran.push('other'))
  clock.advance(5)
  t.same(ran, ['one'])
  t.equal(clock.pending, 0)
})

t.test('a step runs the next task, and says when there is none', async (t) => {
  const clock = new VirtualClock()
  const ran: number[] = []
  clock.schedule(20, () => ran.push(20))
  clock.schedule(10, () => ran.push(10))
  t.equal(clock.step(), true)
  t.equal(clock.nowMs(), 10)
  t.same(ran, [10])
  t.equal(clock.step(), true)
  t.equal(clock.step(), false)
  t.equal(clock.nowMs(), 20)
})

t.test('a task that throws leaves the clock usable', async (t) => {
  const clock = new VirtualClock()
  let ran = false
  clock.schedule(1, () => {
    throw new Error('task')
  })
  clock.schedule(2, () => {
    ran = true
  })
  t.throws(() => clock.advance(5), { message: 'task' })
  t.equal(clock.nowMs(), 1)
  clock.advance(5)
  t.ok(ran)
})

t.test(
  'any tasks run in the order of a stable sort by time, without the cancelled ones',
  async (t) => {
    const seed = Date.now()
    t.comment(`seed ${seed}`)
    const task = fc.record({ delayMs: fc.integer({ min: 0, max: 20 }), isCancelled: fc.boolean() })
    const property = fc.property(fc.array(task, { maxLength: 200, size: 'max' }), (tasks) => {
      const clock = new VirtualClock()
      const ran: number[] = []
      const cancels = tasks.map(({ delayMs }, index) =>
        clock.schedule(delayMs, () => ran.push(index)),
      )
      tasks.forEach(({ isCancelled }, index) => {
        if (isCancelled) cancels[index]?.()
      })
      const left = tasks.map((it, index) => ({ ...it, index })).filter((it) => !it.isCancelled)
      const isCounted = clock.pending === left.length
      clock.advance(20)
      const expected = left.sort((a, b) => a.delayMs - b.delayMs).map(({ index }) => index)
      return isCounted && clock.pending === 0 && JSON.stringify(ran) === JSON.stringify(expected)
    })
    t.doesNotThrow(() => fc.assert(property, { seed }))
  },
)
