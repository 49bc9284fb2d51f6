import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { type Abandoned, AbandonedWork } from '../../src/admission/abandoned-work.ts'

class Job implements Abandoned {
  readonly startedMs: number
  leftMs: number | undefined = undefined
  given = 0

  constructor(startedMs: number) {
    this.startedMs = startedMs
  }

  giveBack(): void {
    this.given += 1
  }
}

t.test('holds the permit until the handler has ended', async (t) => {
  const clock = new VirtualClock()
  const abandoned = new AbandonedWork(clock)
  const job = new Job(0)
  clock.advance(50)
  abandoned.add(job)
  t.match([job.leftMs, job.given, abandoned.count], [50, 0, 1])
  clock.advance(200)
  abandoned.end(job)
  t.match([job.given, abandoned.count, abandoned.overdue], [1, 0, 0])
  abandoned.end(job)
  t.equal(job.given, 1, 'given back once')
})

t.test('waits one second for the first, as long as nothing is known of handlers', async (t) => {
  const clock = new VirtualClock()
  const abandoned = new AbandonedWork(clock)
  const job = new Job(0)
  abandoned.add(job)
  clock.advance(999)
  t.equal(job.given, 0)
  clock.advance(2)
  t.match([job.given, abandoned.count, abandoned.overdue], [1, 0, 1])
})

t.test('a handler that ends too late teaches patience to those after it', async (t) => {
  const clock = new VirtualClock()
  const abandoned = new AbandonedWork(clock)
  const late = new Job(0)
  abandoned.add(late)
  clock.advance(2_000)
  t.equal(late.given, 1, 'overdue')
  abandoned.end(late)
  t.equal(late.given, 1)
  t.equal(abandoned.maxWaitMs, 8_000)
  const next = new Job(2_000)
  abandoned.add(next)
  clock.advance(7_999)
  t.equal(next.given, 0)
  clock.advance(2)
  t.equal(next.given, 1)
})

t.test('handlers that end in time make the wait short, one in sixteen is timed', async (t) => {
  const clock = new VirtualClock()
  const abandoned = new AbandonedWork(clock)
  for (let n = 0; n < 15; n += 1) abandoned.onHandled(0)
  t.equal(abandoned.maxWaitMs, 1_000)
  for (let n = 0; n < 16 * 200; n += 1) abandoned.onHandled(0)
  t.equal(abandoned.maxWaitMs, 100, 'but never shorter than this')
  clock.advance(40_000)
  for (let n = 0; n < 16; n += 1) abandoned.onHandled(0)
  t.equal(abandoned.maxWaitMs, 60_000, 'nor longer than this')
})

t.test('each is waited for from its own time on, and one timer serves all', async (t) => {
  const clock = new VirtualClock()
  const abandoned = new AbandonedWork(clock)
  const jobs = [0, 300, 600].map((leftMs) => {
    clock.advance(leftMs - clock.nowMs())
    const job = new Job(leftMs)
    abandoned.add(job)
    return job
  })
  t.equal(clock.pending, 1)
  const given = (): number[] => jobs.map((job) => job.given)
  clock.advance(401)
  t.same(given(), [1, 0, 0])
  clock.advance(300)
  t.same(given(), [1, 1, 0])
  clock.advance(300)
  t.same(given(), [1, 1, 1])
  t.equal(clock.pending, 0)
})

t.test('stopped, it leaves no timer', async (t) => {
  const clock = new VirtualClock()
  const abandoned = new AbandonedWork(clock)
  abandoned.add(new Job(0))
  abandoned.stop()
  t.equal(clock.pending, 0)
})
