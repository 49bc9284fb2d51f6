import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { Delay, StallingClock, Station } from '../../src/index.ts'

t.test('work takes as much longer as it was stalled', async (t) => {
  const { clock, stalling, at } = setUp()
  stalling.schedule(10, at('before'))
  stalling.schedule(50, at('through'))
  clock.schedule(20, () => {
    stalling.stall(100)
    stalling.schedule(5, at('within'))
  })
  clock.schedule(130, () => stalling.schedule(5, at('after')))
  clock.advance(1000)
  t.strictSame(at.times, ['before@10', 'within@125', 'after@135', 'through@150'])
})

t.test('stalls that overlap are one, stalls that follow each other add up', async (t) => {
  const { clock, stalling, at } = setUp()
  stalling.schedule(50, at('work'))
  clock.schedule(10, () => stalling.stall(20))
  clock.schedule(20, () => stalling.stall(5))
  clock.schedule(25, () => stalling.stall(15))
  clock.schedule(60, () => stalling.stall(100))
  clock.advance(1000)
  // Stalled from 10 to 40, and from 60 to 160.
  t.strictSame(at.times, ['work@180'])
  t.equal(stalling.nowMs(), 1000)
})

t.test('what is cancelled does not happen, during a stall or after it', async (t) => {
  const { clock, stalling, at } = setUp()
  const cancels = [stalling.schedule(10, at('a')), stalling.schedule(10, at('b'))]
  stalling.stall(30)
  clock.advance(20)
  cancels[0]?.()
  clock.advance(15)
  cancels[1]?.()
  clock.advance(1000)
  t.strictSame(at.times, [])
})

t.test('stops the stages that are given it', async (t) => {
  const { clock, stalling, at } = setUp()
  const station = new Station(stalling, 1)
  station.serve(10, at('first'))
  station.serve(10, at('second'))
  new Delay(stalling).serve(15, at('delay'))
  clock.schedule(5, () => stalling.stall(100))
  clock.advance(1000)
  t.strictSame(at.times, ['first@110', 'delay@115', 'second@120'])
})

function setUp(): {
  readonly clock: VirtualClock
  readonly stalling: StallingClock
  readonly at: ((name: string) => () => void) & { readonly times: string[] }
} {
  const clock = new VirtualClock()
  const times: string[] = []
  const at = (name: string) => () => void times.push(`${name}@${clock.nowMs()}`)
  return { clock, stalling: new StallingClock(clock), at: Object.assign(at, { times }) }
}
