import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { Patience } from '../../src/coalesce/patience.ts'

function patience() {
  const clock = new VirtualClock()
  const endedMs: number[] = []
  const waiting = new Patience(clock, { maxMs: 100, onEnd: () => endedMs.push(clock.nowMs()) })
  return { clock, endedMs, waiting }
}

t.test('ends so long after the last that was heard, once', async (t) => {
  const { clock, endedMs, waiting } = patience()
  waiting.start()
  for (let n = 0; n < 10; n += 1) {
    clock.advance(60)
    waiting.onHeard()
  }
  t.same([endedMs, waiting.isRunning], [[], true])
  clock.advance(1_000)
  t.same([endedMs, waiting.isRunning], [[700], false])
})

t.test(
  'what was heard before its start does not count, and once stopped it never ends',
  async (t) => {
    const { clock, endedMs, waiting } = patience()
    clock.advance(500)
    waiting.onHeard()
    t.notOk(waiting.isRunning)
    waiting.start()
    clock.advance(99)
    waiting.stop()
    clock.advance(1_000)
    t.same([endedMs, waiting.isRunning], [[], false])
  },
)
