import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { CallTimer, type Due } from '../../src/call/call-timer.ts'

const setUp = () => {
  const clock = new VirtualClock()
  const heard: [Due, number][] = []
  const timer = new CallTimer(clock, (due) => heard.push([due, clock.nowMs()]))
  timer.begin()
  return { clock, heard, timer }
}

t.test('tells what is due, in time, once, and the end before all else', async (t) => {
  const { clock, heard, timer } = setUp()
  timer.set('hedge', 20)
  timer.set('attempt', 50)
  timer.set('end', 50)
  clock.advance(100)
  t.same(heard, [
    ['hedge', 20],
    ['end', 50],
    ['attempt', 50],
  ])
})

t.test('what is put off or called off is not told', async (t) => {
  const { clock, heard, timer } = setUp()
  timer.set('idle', 10)
  timer.set('attempt', 15)
  timer.set('idle', 30)
  timer.clear('attempt')
  clock.advance(29)
  t.same(heard, [])
  clock.advance(1)
  t.same(heard, [['idle', 30]])
  timer.set('attempt', 40)
  timer.set('hedge', 45)
  timer.keep('end', 50)
  clock.advance(100)
  t.same(heard.slice(1), [['end', 50]])
})

t.test('once stopped it rings no more', async (t) => {
  const { clock, heard, timer } = setUp()
  timer.set('end', 10)
  timer.stop()
  timer.set('attempt', 20)
  clock.advance(100)
  t.same(heard, [])
})
