import t from 'tap'
import { msOfTicks, TickReader, ticksOfMs } from '../../src/rate/tick-reader.ts'
import { MovableClock } from './movable-clock.ts'

t.test('reads whole microseconds', async (t) => {
  const clock = new MovableClock()
  const ticks = new TickReader(clock)
  clock.ms = 1.2345
  t.equal(ticks.now(), 1_234)
  clock.ms = -0
  t.equal(new TickReader(clock).now(), 0)
  clock.ms = -2.5
  t.equal(new TickReader(clock).now(), -2_500, 'a clock may start below zero')
})

t.test('every instant of a year on the grid is read as what it is', async (t) => {
  for (let tick = 1; tick < 3.2e13; tick = tick * 3 + 1) t.equal(ticksOfMs(msOfTicks(tick)), tick)
})

t.test('a clock that goes back, jumps out of the world or breaks stands still', async (t) => {
  const clock = new MovableClock()
  const ticks = new TickReader(clock)
  clock.ms = Number.NaN
  t.equal(ticks.now(), 0)
  clock.ms = 5
  t.equal(ticks.now(), 5_000)
  for (const ms of [
    4,
    -1e9,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e300,
  ]) {
    clock.ms = ms
    t.equal(ticks.now(), 5_000, `${ms}`)
  }
  clock.ms = 6
  t.equal(ticks.now(), 6_000)
})
