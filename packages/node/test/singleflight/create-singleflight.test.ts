import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createSingleflight } from '../../src/index.ts'

t.test('concurrent calls share one execution under real signals', async (t) => {
  const flights = createSingleflight()
  const leader = new AbortController()
  let works = 0
  const work = async (signal: AbortSignal): Promise<string> => {
    works += 1
    await sleep(5, undefined, { signal })
    return 'done'
  }
  const first = flights.run('a', work, { signal: leader.signal })
  const second = flights.run('a', work)
  leader.abort(new Error('gone'))
  await t.rejects(first, { message: 'gone' })
  t.equal(await second, 'done')
  t.equal(works, 1)
  t.equal(flights.size, 0)
})

t.test('the last one to leave aborts the work', async (t) => {
  const flights = createSingleflight()
  let seen: AbortSignal | undefined
  const caller = new AbortController()
  const call = flights.run(
    'a',
    (workSignal) => {
      seen = workSignal
      return new Promise(() => {})
    },
    { signal: caller.signal },
  )
  caller.abort(new Error('gone'))
  await t.rejects(call, { message: 'gone' })
  t.ok(seen?.aborted)
})

t.test('wrong options throw, and are named', async (t) => {
  const wrong = { maxFlights: 0 }
  t.throws(() => createSingleflight(wrong), { code: 'HG_ERR_OPTION', option: 'maxFlights' })
})
