import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { type Held, type HeldStage, HeldWork } from '../../src/admission/held-work.ts'

class Job implements Held {
  readonly startedMs: number
  readonly #list: HeldWork
  #stage: HeldStage
  leftMs: number | undefined = undefined
  heldBefore: Held | undefined = undefined
  heldAfter: Held | undefined = undefined
  given = 0

  constructor(list: HeldWork, startedMs: number, stage: HeldStage) {
    this.#list = list
    this.startedMs = startedMs
    this.#stage = stage
    list.add(this)
  }

  get stage(): HeldStage {
    return this.leftMs === undefined ? this.#stage : 'abandoned'
  }

  set stage(stage: HeldStage) {
    this.#stage = stage
  }

  giveBack(): void {
    this.given += 1
    this.#list.remove(this)
  }
}

function create() {
  const clock = new VirtualClock()
  const held = new HeldWork(clock, 60_000)
  const start = (stage: HeldStage = 'working'): Job => new Job(held, clock.nowMs(), stage)
  const counts = (): number[] => [held.abandoned, held.overdue, held.detached]
  return { clock, held, start, counts }
}

t.test('work is held for as long as it takes, up to a minute', async (t) => {
  const { clock, start, counts } = create()
  const job = start()
  clock.advance(59_900)
  t.equal(job.given, 0)
  clock.advance(200)
  t.equal(job.given, 1)
  t.same(counts(), [0, 1, 0])
})

t.test('a body that does not come holds a permit for a tenth of a second', async (t) => {
  const { clock, start, counts } = create()
  const [slow, quick] = [start('receiving'), start('receiving')]
  clock.advance(50)
  quick.stage = 'working'
  clock.advance(160)
  t.same([slow.given, quick.given], [1, 0])
  t.same(counts(), [0, 0, 1])
})

t.test('a response that is still being sent is held for as long as handlers take', async (t) => {
  const { clock, start, counts } = create()
  const job = start('sending')
  clock.advance(950)
  t.equal(job.given, 0, 'a second, as long as nothing is known of handlers')
  clock.advance(200)
  t.equal(job.given, 1)
  t.same(counts(), [0, 0, 1])
})

t.test('abandoned work is held until it ends, or its patience does', async (t) => {
  const { clock, held, start, counts } = create()
  const [ends, never] = [start(), start()]
  clock.advance(500)
  held.abandon(ends)
  held.abandon(never)
  t.same(counts(), [2, 0, 0])
  clock.advance(400)
  held.onAbandonedEnd(ends.startedMs)
  ends.giveBack()
  t.same(counts(), [1, 0, 0])
  t.equal(held.patienceMs, 3_600)
  clock.advance(3_000)
  t.equal(never.given, 0)
  clock.advance(400)
  t.equal(never.given, 1)
  t.same(counts(), [0, 1, 0])
})

t.test('a handler that ends too late teaches patience to those after it', async (t) => {
  const { clock, held, start } = create()
  const late = start()
  held.abandon(late)
  clock.advance(2_000)
  t.equal(late.given, 1)
  held.onAbandonedEnd(late.startedMs)
  t.equal(held.patienceMs, 8_000)
})

t.test('handlers that end in time make the wait short, one in sixteen is timed', async (t) => {
  const { clock, held } = create()
  for (let n = 0; n < 15; n += 1) held.onHandled(0)
  t.equal(held.patienceMs, 1_000)
  for (let n = 0; n < 16 * 200; n += 1) held.onHandled(0)
  t.equal(held.patienceMs, 100, 'but never shorter than this')
  clock.advance(40_000)
  for (let n = 0; n < 16; n += 1) held.onHandled(0)
  t.equal(held.patienceMs, 60_000, 'nor longer than this')
})

t.test('leaves the list wherever it is in it, once', async (t) => {
  const { clock, held, start } = create()
  const jobs = [start('receiving'), start('receiving'), start('receiving'), start('receiving')]
  for (const index of [1, 3, 0, 0]) held.remove(jobs[index] as Job)
  clock.advance(300)
  t.same(
    jobs.map(({ given }) => given),
    [0, 0, 1, 0],
  )
  t.equal(clock.pending, 0, 'with nothing held there is no timer')
})

t.test('one timer serves all, and none is left when stopped', async (t) => {
  const { clock, held, start } = create()
  for (let n = 0; n < 50; n += 1) start()
  t.equal(clock.pending, 1)
  held.stop()
  t.equal(clock.pending, 0)
})
