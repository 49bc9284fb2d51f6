import t from 'tap'
import { DrainRate } from '../../src/queue/drain-rate.ts'

t.test('is unknown, 0, until a backlog has lasted 50 ms', async (t) => {
  const rate = new DrainRate()
  rate.onBacklog(1_000)
  for (let nowMs = 1_000; nowMs < 1_050; nowMs += 1) rate.onStart(nowMs)
  t.equal(rate.perMs, 0)
  rate.onStart(1_050)
  t.equal(rate.perMs, 51 / 50)
})

t.test('what starts without a backlog says nothing', async (t) => {
  const rate = new DrainRate()
  for (let nowMs = 0; nowMs < 1_000; nowMs += 100) {
    rate.onBacklog(nowMs)
    rate.onStart(nowMs)
  }
  t.equal(rate.perMs, 0)
})

t.test('a span that was cut short leaves nothing behind', async (t) => {
  const rate = new DrainRate()
  rate.onBacklog(0)
  for (let count = 0; count < 5; count += 1) rate.onStart(10)
  rate.onBacklog(100)
  rate.onStart(150)
  t.equal(rate.perMs, 1 / 50)
})

t.test('follows a change, the newest span at 0.3', async (t) => {
  const rate = new DrainRate()
  rate.onBacklog(0)
  for (let nowMs = 10; nowMs <= 50; nowMs += 10) rate.onStart(nowMs)
  t.equal(rate.perMs, 0.1)
  for (let nowMs = 70; nowMs <= 110; nowMs += 20) rate.onStart(nowMs)
  // Three starts in 60 ms.
  t.ok(Math.abs(rate.perMs - (0.1 + 0.3 * (0.05 - 0.1))) < 1e-12)
})

t.test('a stall counts: the time in which nothing started belongs to the span', async (t) => {
  const rate = new DrainRate()
  rate.onBacklog(0)
  rate.onStart(1_000)
  t.equal(rate.perMs, 1 / 1_000)
})

t.test('keeps the last figure when the backlog is gone', async (t) => {
  const rate = new DrainRate()
  rate.onBacklog(0)
  rate.onStart(50)
  rate.onBacklog(5_000)
  rate.onStart(5_001)
  t.equal(rate.perMs, 1 / 50)
})

t.test('counts the work that is started, and how long its jobs are', async (t) => {
  const rate = new DrainRate()
  t.same([rate.busy, rate.jobMs], [0, 0])
  // One permit, jobs of 1 and of 9 ms in turns: nine tenths of all moments fall into one of 9.
  rate.onBacklog(0)
  for (let nowMs = 0; nowMs < 1_000; nowMs += 10) {
    rate.onStart(nowMs, 1)
    rate.onStart(nowMs + 1, 9)
  }
  t.equal(rate.busy, 1)
  t.ok(Math.abs(rate.jobMs - 8.2) < 1e-9, `${rate.jobMs}`)
})

t.test(
  'with many permits busy, one job keeps the next from starting for a part of its time',
  async (t) => {
    const rate = new DrainRate()
    rate.onBacklog(0)
    // Twenty at a time, each for 10 ms.
    for (let nowMs = 0; nowMs < 1_000; nowMs += 10) {
      for (let count = 0; count < 20; count += 1) rate.onStart(nowMs, 10)
    }
    t.equal(rate.busy, 20)
    t.equal(rate.jobMs, 0.5)
  },
)
