import fc from 'fast-check'
import t from 'tap'
import { TimeShare } from '../../src/time/time-share.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

function create(ratio = 0.01) {
  const clock = new VirtualClock()
  const share = new TimeShare(clock, ratio)
  const taking = (ms: number) => (): void => clock.advance(ms)
  return { clock, share, taking }
}

t.test(
  'what blocks is asked no more until it has paid, and what was left out is counted',
  async (t) => {
    const { clock, share, taking } = create()
    t.ok(share.tryTake())
    share.spend(taking(50))
    // 10 ms were saved, so 40 are owed: at a hundredth that is four seconds.
    t.notOk(share.tryTake())
    clock.advance(3_900)
    t.notOk(share.tryTake())
    clock.advance(200)
    t.ok(share.tryTake())
    t.equal(share.dropped, 2)
  },
)

t.test('when asked often the clock is spared, when asked rarely each is looked at', async (t) => {
  for (const [everyMs, least, most] of [
    [0.01, 0, 70],
    [10, 900, 1_000],
  ] as const) {
    let nowMs = 0
    let read = 0
    const clock = {
      nowMs: () => {
        read += 1
        return nowMs
      },
    }
    const share = new TimeShare(clock, 0.001)
    share.spend(() => {
      nowMs += 900
    })
    read = 0
    for (let asked = 0; asked < 1_000; asked += 1) {
      nowMs += everyMs
      t.notOk(share.tryTake())
    }
    t.equal(share.dropped, 1_000)
    t.ok(read >= least && read <= most, `every ${everyMs} ms the clock is read ${read} times`)
  }
})

t.test(
  'a listener hears what there is time for; what it throws is counted and handed on',
  async (t) => {
    const { share, taking } = create()
    const heard: number[] = []
    const errors: unknown[] = []
    const broken = new Error('broken')
    const listener = (told: number): void => {
      heard.push(told)
      taking(20)()
      throw broken
    }
    share.tell(listener, 1, (error) => errors.push(error))
    share.tell(listener, 2)
    t.same([heard, errors], [[1], [broken]])
    t.same([share.dropped, share.errors], [1, 1])
  },
)

t.test('what must not be missed is told in any case, and those after it pay', async (t) => {
  const { clock, share, taking } = create()
  let heard = 0
  const listener = (): void => {
    heard += 1
    taking(20)()
  }
  for (let n = 0; n < 3; n += 1) share.tellAnyway(listener, n)
  t.equal(heard, 3)
  // 60 ms less the 10 that were saved, and what has come in meanwhile.
  clock.advance(4_000)
  t.notOk(share.tryTake())
  clock.advance(1_000)
  t.ok(share.tryTake())
})

t.test('a process that was stopped in a call is charged a second', async (t) => {
  const { clock, share, taking } = create()
  share.spend(taking(3_600_000))
  clock.advance(100_000)
  t.ok(share.tryTake())
})

t.test('without a bound everything is told, and no clock is asked', async (t) => {
  let read = 0
  const clock = {
    nowMs: () => {
      read += 1
      return 0
    },
  }
  const share = new TimeShare(clock, 1)
  read = 0
  let heard = 0
  for (let n = 0; n < 100; n += 1) share.tell(() => (heard += 1), n)
  t.equal(
    share.spend(() => 7),
    7,
  )
  t.same([heard, share.dropped, read], [100, 0, 0])
})

t.test('what throws is no error of the caller', async (t) => {
  const { share } = create()
  const broken = (): never => {
    throw new Error('broken')
  }
  t.equal(share.spend(broken), undefined)
  t.equal(share.errors, 1)
})

t.test('what makes no sense as a share is told of', async (t) => {
  for (const ratio of [0, -1, 1.1, Number.NaN, '1' as never]) {
    t.throws(() => create(ratio), { code: 'HG_ERR_OPTION', message: /maxTimeRatio/ })
  }
})

t.test(
  'however long calls take, together they have their share, what was saved, and one call',
  async () => {
    const step = fc.record({
      gapMs: fc.double({ min: 0, max: 200, noNaN: true }),
      tookMs: fc.double({ min: 0, max: 999, noNaN: true }),
      throws: fc.boolean(),
    })
    const ratio = fc.double({ min: 0.001, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(ratio, fc.array(step, { maxLength: 200 }), (ratio, steps) => {
        const { clock, share } = create(ratio)
        let [spentMs, told] = [0, 0]
        for (const { gapMs, tookMs, throws } of steps) {
          clock.advance(gapMs)
          const beforeMs = spentMs
          share.tell(() => {
            told += 1
            spentMs += tookMs
            clock.advance(tookMs)
            if (throws) throw new Error('broken')
          }, undefined)
          // Whoever was told was within its share before.
          if (spentMs > beforeMs && beforeMs > 10 + ratio * clock.nowMs() + 1e-6) return false
        }
        return told + share.dropped === steps.length && share.errors <= told
      }),
      { verbose: true },
    )
  },
)
