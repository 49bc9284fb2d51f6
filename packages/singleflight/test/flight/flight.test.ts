import t from 'tap'
import { Flight, type FlightEnd } from '../../src/flight/flight.ts'
import { ControlledWork, settle, watch } from '../controlled-work.ts'

function create() {
  const ends: FlightEnd[] = []
  const flight = new Flight<AbortSignal>({
    key: 'a',
    startedMs: 0,
    abort: new AbortController(),
    copy: undefined,
    onEnd: (_flight, cause) => ends.push(cause),
  })
  return { ends, flight, work: new ControlledWork() }
}

t.test('lets go at once of those who come and leave while a work never ends', async (t) => {
  const { ends, flight } = create()
  watch(flight.wait(undefined))
  flight.start(() => new Promise<never>(() => {}))
  let most = 0
  for (let count = 0; count < 1_000; count += 1) {
    const caller = new AbortController()
    watch(flight.wait(caller.signal))
    most = Math.max(most, flight.waiting)
    caller.abort()
  }
  t.equal(most, 2)
  t.equal(flight.waiting, 1)
  t.same(ends, [])
})

t.test('ends once: by its work, or by the last one to leave', async (t) => {
  for (const isLeftFirst of [true, false]) {
    const { ends, flight, work } = create()
    const caller = new AbortController()
    watch(flight.wait(caller.signal))
    flight.start(work.run)
    if (isLeftFirst) caller.abort()
    else work.at(0).succeed('value')
    await settle()
    caller.abort()
    work.at(0).succeed('value')
    await settle()
    t.same(ends, [isLeftFirst ? 'left' : 'settled'])
    t.equal(flight.isCurrent, false)
    t.equal(flight.waiting, 0)
  }
})
