import { createServer } from 'node:http'
import { ask, listening, turns, until } from '@headgate/conformance'
import { Admission, type Arrival, FixedLimit, type Passage, VirtualClock } from '@headgate/core'
import t from 'tap'
import { LoopDispatcher } from '../../src/loop/loop-dispatcher.ts'

/** An admission whose time stands still, dispatched by the real loop. */
function create(limit: number) {
  const clock = new VirtualClock()
  const dispatcher = new LoopDispatcher(clock)
  const admission = new Admission({
    clock,
    random: () => 0.5,
    limit: new FixedLimit(limit),
    dispatcher,
  })
  /** How many were started in each slice. */
  const slices: number[] = []
  let isInSlice = false
  dispatcher.attach({
    jobs: {
      startNext: (nowMs) => {
        const isStarted = admission.jobs.startNext(nowMs)
        if (!isInSlice) slices.push(0)
        isInSlice = true
        // Comes before the check phase that the dispatcher asks for at the end of this one.
        setImmediate(() => {
          isInSlice = false
        })
        slices.push((slices.pop() as number) + Number(isStarted))
        return isStarted
      },
      endStarts: (nowMs) => admission.jobs.endStarts(nowMs),
      endJobs: (nowMs) => admission.jobs.endJobs(nowMs),
    },
    get isRunnable() {
      return admission.isRunnable
    },
  })
  const offer = (onAdmit: Arrival['onAdmit']): Passage => {
    const answer = admission.offer(undefined, { onAdmit, onReject: () => {} })
    if (!answer.admitted) throw new Error(answer.reason)
    return answer
  }
  return { clock, dispatcher, admission, slices, offer }
}

t.test('starts nothing inside offer, nor in its microtasks', async (t) => {
  const { offer } = create(10)
  let started = 0
  offer(() => {
    started += 1
  })
  t.equal(started, 0)
  await Promise.resolve()
  await new Promise<void>((resolve) => process.nextTick(resolve))
  t.equal(started, 0)
  await turns(1)
  t.equal(started, 1)
})

t.test('starts nothing inside the I/O callback that brought the request', async (t) => {
  const { offer, admission } = create(10)
  let isInCallback = false
  const seen: boolean[] = []
  const server = createServer((_request, response) => {
    isInCallback = true
    const passage = offer(() => {
      seen.push(isInCallback)
      response.end('done')
      passage.release('success')
    })
    isInCallback = false
  })
  const port = await listening(t, server)
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(port)))
  t.equal(answers.filter(({ body }) => body === 'done').length, 20)
  t.same(seen, Array(20).fill(false))
  t.equal(admission.inFlight, 0)
})

t.test('starts as many as permits, in order, all in one turn', async (t) => {
  const { offer, slices, admission } = create(3)
  const order: number[] = []
  for (let n = 0; n < 5; n += 1) offer(() => order.push(n))
  await turns(1)
  t.same(order, [0, 1, 2])
  t.same(slices, [3], 'asked many times, pumped once')
  t.equal(admission.queued, 2)
})

/** Starts jobs that go on in microtasks, and writes down how they begin and end. */
function offerAsync(
  { offer }: Pick<ReturnType<typeof create>, 'offer'>,
  names: string[],
  begin = () => {},
) {
  const order: string[] = []
  const work = async (name: string): Promise<void> => {
    order.push(`${name} begins`)
    begin()
    for (let hops = 0; hops < 10; hops += 1) await undefined
    order.push(`${name} ends`)
  }
  const passages = names.map((name) =>
    offer((permit) => {
      void work(name).then(() => permit.release('success'))
    }),
  )
  return { order, passages }
}

t.test('each job is done, with all it left to microtasks, before the next begins', async (t) => {
  const { clock, offer, slices } = create(10)
  offer(() => clock.advance(20))
  await turns(2)
  const { order } = offerAsync({ offer }, ['a', 'b'])
  await turns(1)
  t.same(order, ['a begins', 'a ends', 'b begins', 'b ends'])
  t.same(slices, [1, 2], 'in one slice all the same')
})

/** Its jobs are known to take so long from then on. */
async function learn({ clock, offer }: Learner, ms: number): Promise<void> {
  offer((permit) => {
    clock.advance(ms)
    permit.release('ignore')
  })
  await turns(2)
}

type Learner = Pick<ReturnType<typeof create>, 'clock' | 'offer'>

t.test('until it is known how long jobs take, one is done before the next begins', async (t) => {
  const { offer } = create(10)
  const { order } = offerAsync({ offer }, ['a', 'b'])
  await turns(1)
  t.same(order, ['a begins', 'a ends', 'b begins', 'b ends'])
})

t.test('jobs known to be short are started together, as many as take a moment', async (t) => {
  const { clock, offer } = create(20)
  await learn({ clock, offer }, 0.045)
  const { order } = offerAsync({ offer }, ['a', 'b', 'c', 'd', 'e', 'f'])
  await turns(1)
  const begin = ['a begins', 'b begins', 'c begins', 'd begins']
  const end = ['a ends', 'b ends', 'c ends', 'd ends']
  t.same(order, [...begin, ...end, 'e begins', 'f begins', 'e ends', 'f ends'])
})

t.test('and never more than eight, however short they are', async (t) => {
  const { clock, offer } = create(50)
  await learn({ clock, offer }, 0)
  const { order } = offerAsync({ offer }, [...'abcdefghij'])
  await turns(1)
  t.equal(order.indexOf('a ends'), 8)
})

t.test('one that turns out to be long is done before the next begins', async (t) => {
  const { clock, offer } = create(10)
  await learn({ clock, offer }, 0.045)
  const { order } = offerAsync({ offer }, ['a', 'b'], () => clock.advance(0.3))
  await turns(1)
  t.same(order, ['a begins', 'a ends', 'b begins', 'b ends'])
})

t.test('of those started together each is charged for its own part of the thread', async (t) => {
  const { clock, offer } = create(10)
  await learn({ clock, offer }, 0.045)
  const lengthsMs = [0.02, 0.08, 0.03, 0.01]
  const seen: Passage[] = []
  for (const lengthMs of lengthsMs) {
    // Before its first microtask, and after it.
    const passage = offer(async (permit) => {
      clock.advance(lengthMs)
      await undefined
      clock.advance(10 * lengthMs)
      permit.release('success')
    })
    seen.push(passage)
  }
  await turns(1)
  t.same(
    seen.map(({ threadMs }) => Math.round(threadMs * 1000)),
    [220, 880, 330, 110],
  )
})

t.test('a long one that ends a batch is charged to itself, and to nobody before it', async (t) => {
  const { clock, offer } = create(10)
  await learn({ clock, offer }, 0.045)
  const { passages } = offerAsync({ offer }, ['a', 'b'], () => {
    clock.advance(clock.nowMs() < 0.05 ? 0.02 : 50)
  })
  await turns(1)
  t.same(
    passages.map(({ threadMs }) => Math.round(threadMs * 1000)),
    [20, 50_000],
  )
})

t.test('one that throws in a batch costs the others nothing', async (t) => {
  const { dispatcher } = create(10)
  let [started, ended] = [0, 0]
  let waiting = 0
  const offer = (): void => {
    waiting += 1
    dispatcher.wake()
  }
  dispatcher.attach({
    jobs: {
      startNext: () => {
        if (waiting === 0) return false
        waiting -= 1
        started += 1
        if (started === 4) throw new Error('broken')
        return true
      },
      endStarts: () => {},
      endJobs: () => {
        ended += 1
      },
    },
    get isRunnable() {
      return waiting > 0
    },
  })
  offer()
  await turns(2)
  const errors: unknown[] = []
  process.once('uncaughtException', (error) => errors.push(error))
  for (let each = 0; each < 6; each += 1) offer()
  await turns(4)
  t.match(errors, [{ message: 'broken' }])
  t.equal(started, 7)
  t.equal(ended, 3, 'the first, the batch that broke off, and the rest')
})

t.test('does not go round while every permit is in use', async (t) => {
  const { offer, slices } = create(1)
  const first = offer(() => {})
  offer(() => {})
  await turns(20)
  t.same(slices, [1], 'waiting costs no turn')
  first.release('success')
  await turns(5)
  t.same(slices, [1, 1], 'a permit that comes back wakes it')
})

t.test('is awake from when it is woken until its slice is over', async (t) => {
  const { dispatcher, offer } = create(1)
  t.equal(dispatcher.isAwake, false)
  const during: boolean[] = []
  const first = offer(() => during.push(dispatcher.isAwake))
  t.equal(dispatcher.isAwake, true)
  await turns(5)
  t.same(during, [true])
  t.equal(dispatcher.isAwake, false)
  first.release('success')
  t.equal(dispatcher.isAwake, false, 'nobody waits')
})

t.test('does not go round with nobody waiting', async (t) => {
  const { dispatcher, slices } = create(1)
  dispatcher.wake()
  await turns(20)
  t.same(slices, [0])
})

t.test('works for a slice a turn, and goes on in the next', async (t) => {
  const { clock, offer, slices } = create(100)
  for (let n = 0; n < 9; n += 1) offer(() => clock.advance(0.75))
  await turns(12)
  t.equal(
    slices.reduce((sum, started) => sum + started, 0),
    9,
  )
  t.ok(slices.length > 2, 'some of them a turn')
  t.ok(slices.every((started) => started >= 1))
})

t.test('works half as long as reading and refusing took in the same turn', async (t) => {
  const { clock, offer, slices } = create(100)
  for (let n = 0; n < 20; n += 1) offer(() => clock.advance(0.75))
  clock.advance(10)
  await turns(1)
  t.same(slices, [7], 'five milliseconds, and the job that ends them')
  await turns(1)
  t.same(slices, [7, 2], 'and one in a turn that read nothing')
})

t.test('a job longer than the slice is started all the same, one a turn', async (t) => {
  const { clock, offer, slices } = create(100)
  for (let n = 0; n < 3; n += 1) offer(() => clock.advance(20))
  await turns(6)
  t.same(slices, [1, 1, 1])
})

t.test('learns what starting one takes', async (t) => {
  const { clock, dispatcher, offer } = create(100)
  t.ok(dispatcher.startMs > 0)
  for (let n = 0; n < 100; n += 1) {
    offer(() => clock.advance(1))
    await turns(1)
  }
  t.ok(Math.abs(dispatcher.startMs - 1) < 0.01, `${dispatcher.startMs}`)
  for (let n = 0; n < 200; n += 1) {
    offer(() => {})
    await turns(1)
  }
  t.ok(dispatcher.startMs > 0, 'a clock that stands still makes it small, never 0')
})

t.test('lets the loop go on to read sockets between its slices', async (t) => {
  const { clock, offer, admission } = create(10_000)
  let accepted = 0
  const server = createServer((_request, response) => {
    accepted += 1
    response.end()
  })
  const port = await listening(t, server)
  let isOver = false
  // Never without work: each job brings the next.
  const workOn = (): void => {
    offer(() => {
      clock.advance(5)
      if (!isOver) workOn()
    })
  }
  workOn()
  const { statusCode } = await ask(port)
  isOver = true
  t.equal(statusCode, 200)
  t.equal(accepted, 1)
  await until('the queue is empty', () => admission.queued === 0)
})
