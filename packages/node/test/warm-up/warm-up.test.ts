import { turns } from '@headgate/conformance'
import { FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import { createAdmission, type WarmUpOptions } from '../../src/index.ts'
import { Readiness } from '../../src/warm-up/readiness.ts'
import { SlowStartLimit } from '../../src/warm-up/slow-start-limit.ts'
import { warmUp } from '../../src/warm-up/warm-up.ts'
import { resolveWarmUp } from '../../src/warm-up/warm-up-options.ts'

const GOOD = { startNs: 0, latencyNs: 1_000, inFlight: 1, overloaded: false }

function create(options: WarmUpOptions) {
  const clock = new VirtualClock()
  const readiness = new Readiness()
  const resolved = resolveWarmUp(options)
  const limit = new SlowStartLimit(new FixedLimit(40), clock, resolved.slowStartMs)
  const errors: unknown[] = []
  const onError = (error: unknown): unknown => errors.push(error)
  const done = warmUp({ clock, readiness, limit, onError }, resolved)
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(50)
      await turns(1)
    }
  }
  return { clock, readiness, limit, errors, done, pass }
}

t.test('waits for what it depends on, then until it is warm, then grows', async (t) => {
  let [isThere, asked]: [unknown, number] = [false, 0]
  let finish = (): void => {}
  const { readiness, limit, errors, done, pass } = create({
    dependencies: () => {
      asked += 1
      if (asked === 2) throw new Error('connection refused')
      return isThere as boolean
    },
    run: () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
    requests: 2,
    slowStartMs: 1_000,
  })
  await pass(600)
  t.equal(readiness.state, 'waiting')
  t.equal(errors.length, 1)
  isThere = 'yes'
  await pass(300)
  t.equal(readiness.state, 'waiting', 'only true is true')
  isThere = true
  await pass(300)
  t.equal(readiness.state, 'warming')
  finish()
  limit.onSample(GOOD)
  await pass(50)
  t.equal(readiness.state, 'warming')
  limit.onSample(GOOD)
  await done
  t.equal(readiness.state, 'ready')
  t.equal(limit.current, 4)
  await pass(2_000)
  t.equal(limit.current, 40)
})

t.test('is not out for ever, and tells what runs by then to stop', async (t) => {
  let stopped = false
  const { clock, readiness, done, pass } = create({
    run: (signal) => {
      signal.addEventListener('abort', () => {
        stopped = true
      })
      return new Promise(() => {})
    },
    maxWarmMs: 1_000,
  })
  await pass(900)
  t.equal(readiness.state, 'warming')
  await pass(200)
  await done
  t.same([readiness.state, stopped], ['ready', true])
  t.equal(clock.pending, 0)
})

t.test('a warm-up that fails is told of, and no reason to stay out', async (t) => {
  const { readiness, errors, done } = create({ run: () => Promise.reject(new Error('404')) })
  await done
  t.equal(readiness.state, 'ready')
  t.equal(errors.length, 1)
})

for (const state of ['leaving', 'draining'] as const) {
  t.test(`a process that is ${state} meanwhile does not become ready`, async (t) => {
    const { clock, readiness, done } = create({
      dependencies: () => false,
      slowStartMs: 1_000,
    })
    readiness.reach(state)
    await done
    t.equal(readiness.state, state)
    t.equal(clock.pending, 0, 'and leaves no timer')
  })
}

t.test('an admission is ready once it is warm, and says so', async (t) => {
  const admission = createAdmission({ limit: 10, warmUp: { requests: 1, slowStartMs: 60_000 } })
  t.teardown(() => admission.close())
  await turns(2)
  t.match([admission.ready(), admission.snapshot().readiness], [false, 'warming'])
  t.equal(admission.snapshot().limit, 1)
  await admission.run({}, async () => {})
  await turns(2)
  t.match([admission.ready(), admission.snapshot().readiness], [true, 'ready'])
})

t.test('says at once what is wrong with an option', async (t) => {
  for (const warmUp of [
    { dependencies: true },
    { run: 1 },
    { requests: -1 },
    { requests: 1.5 },
    { maxWarmMs: 0 },
    { slowStartMs: Number.NaN },
    { check: () => true },
  ]) {
    t.throws(() => createAdmission({ warmUp: warmUp as never }), { code: 'HG_ERR_OPTION' })
  }
})
