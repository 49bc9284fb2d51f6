import { AsyncLocalStorage } from 'node:async_hooks'
import { execFileSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { turns } from '@headgate/conformance'
import { FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import { Admission } from '../../src/admission/admission.ts'
import type { AdmissionEvent } from '../../src/admission/admission-event.ts'
import { createAdmission, type Decision, type Permit } from '../../src/index.ts'

/** One permit, and time that stands still. */
function create(limit = 1, options: ConstructorParameters<typeof Admission>[1] = {}) {
  const clock = new VirtualClock()
  const admission = new Admission({ clock, limit: new FixedLimit(limit), signals: [] }, options)
  return { clock, admission }
}

function permitOf(decision: Decision): Permit {
  if (!decision.admitted) throw new Error(`refused: ${decision.reason}`)
  return decision.permit
}

t.test('tryAcquire answers at once, either way', async (t) => {
  const { admission } = create(2)
  const permit = permitOf(admission.tryAcquire())
  permitOf(admission.tryAcquire({ tier: 'optional' }))
  t.match(admission.tryAcquire(), { admitted: false, reason: 'full' })
  t.equal(admission.snapshot().inFlight, 2)
  permit.release()
  permit.release()
  t.equal(admission.snapshot().inFlight, 1, 'given back once')
})

t.test('acquire waits for a permit', async (t) => {
  const { admission } = create()
  const first = permitOf(await admission.acquire())
  let second: Decision | undefined
  const waiting = admission.acquire().then((decision) => {
    second = decision
  })
  await turns(5)
  t.equal(second, undefined)
  t.equal(admission.snapshot().queued, 1)
  first.release()
  await waiting
  t.equal(second?.admitted, true)
})

t.test('acquire answers who has waited too long', async (t) => {
  const { admission, clock } = create()
  await admission.acquire()
  const waiting = admission.acquire()
  clock.advance(200)
  t.match(await waiting, { admitted: false, reason: 'expired' })
  const hasDeadline = admission.acquire({ deadlineMs: 20 })
  clock.advance(40)
  t.match(await hasDeadline, { admitted: false, reason: 'expired' })
})

t.test('acquire without a queue answers now', async (t) => {
  const { admission } = create(1, { queue: false })
  const permit = permitOf(await admission.acquire())
  t.match(await admission.acquire(), { admitted: false, reason: 'full' })
  permit.release()
  t.equal((await admission.acquire()).admitted, true)
})

t.test('a signal aborted before is an answer, and takes no permit', async (t) => {
  const { admission } = create()
  const decision = await admission.acquire({ signal: AbortSignal.abort() })
  t.match(decision, { admitted: false, reason: 'cancelled' })
  t.equal(admission.snapshot().inFlight, 0)
})

t.test('a signal aborted while waiting ends the wait and frees the place', async (t) => {
  const { admission } = create()
  const permit = permitOf(await admission.acquire())
  const leaving = new AbortController()
  const waiting = admission.acquire({ signal: leaving.signal })
  t.equal(admission.snapshot().queued, 1)
  leaving.abort()
  t.match(await waiting, { admitted: false, reason: 'cancelled', retryAfterMs: 0 })
  t.equal(admission.snapshot().queued, 0)
  permit.release()
  await turns(3)
  t.equal(admission.snapshot().inFlight, 0, 'nobody is admitted who has left')
})

t.test(
  'a signal aborted in the turn of its admission leaves one answer and no lost permit',
  async (t) => {
    const { admission } = create()
    const first = permitOf(await admission.acquire())
    const leaving = new AbortController()
    const waiting = admission.acquire({ signal: leaving.signal })
    first.release()
    leaving.abort()
    const decision = await waiting
    t.match(
      decision,
      { admitted: false, reason: 'cancelled' },
      'not started yet: it can still leave',
    )
    await turns(3)
    t.equal(admission.snapshot().inFlight, 0)
  },
)

t.test('a signal aborted afterwards changes nothing', async (t) => {
  const { admission } = create()
  const leaving = new AbortController()
  const permit = permitOf(await admission.acquire({ signal: leaving.signal }))
  leaving.abort()
  t.equal(admission.snapshot().inFlight, 1)
  permit.release()
  t.equal(admission.snapshot().inFlight, 0)
})

t.test('a long-lived signal keeps no listener of requests that are over', async (t) => {
  const { admission, clock } = create()
  const { signal } = new AbortController()
  for (let n = 0; n < 20; n += 1) permitOf(await admission.acquire({ signal })).release()
  permitOf(await admission.acquire({ signal }))
  const expiring = admission.acquire({ signal })
  clock.advance(200)
  await expiring
  t.equal(getEventListeners(signal, 'abort').length, 0)
})

t.test('run gives the permit back whatever becomes of the work', async (t) => {
  const { admission } = create()
  t.equal(await admission.run({ tier: 'critical' }, () => 'done'), 'done')
  t.equal(await admission.run(undefined, async ({ tier }) => tier), 'important')
  const broken = new Error('broken')
  await t.rejects(
    admission.run({}, () => {
      throw broken
    }),
    broken,
  )
  await t.rejects(
    admission.run({}, async () => {
      throw broken
    }),
    broken,
  )
  await admission.run({}, (permit) => permit.release('overload'))
  t.equal(admission.snapshot().inFlight, 0)
})

t.test('run learns from success only, unless the work says more', async (t) => {
  const clock = new VirtualClock()
  const samples: boolean[] = []
  const limit = {
    current: 5,
    onSample: ({ overloaded }: { readonly overloaded: boolean }) => samples.push(overloaded),
    snapshot: () => ({}),
  }
  const admission = new Admission({ clock, limit, signals: [] }, {})
  await admission.run({}, () => 'fine')
  t.same(samples, [false])
  await admission.run({}, () => Promise.reject(new Error('fast failure'))).catch(() => {})
  t.same(samples, [false])
  await admission.run({}, (permit) => permit.sample('overload'))
  t.same(samples, [false, true])
})

t.test(
  'run rejects with code, reason and time of return, and does not start the work',
  async (t) => {
    const { admission } = create(1, { queue: false })
    permitOf(admission.tryAcquire())
    let started = false
    try {
      await admission.run({}, () => {
        started = true
      })
      t.fail('it ran')
    } catch (error) {
      const { code, reason, retryAfterMs } = error as Record<string, unknown>
      t.same({ code, reason }, { code: 'HG_ERR_REJECTED', reason: 'full' })
      t.ok((retryAfterMs as number) >= 1_000)
    }
    t.equal(started, false)
  },
)

t.test('work runs in the async context of whoever asked', async (t) => {
  const { admission } = create()
  const storage = new AsyncLocalStorage<number>()
  const seen = await Promise.all(
    [1, 2, 3].map((n) =>
      storage.run(n, () =>
        admission.run({}, async () => {
          await turns(1)
          return storage.getStore()
        }),
      ),
    ),
  )
  t.same(seen, [1, 2, 3])
})

t.test(
  'events of each request are told in order, and what a subscriber throws is counted',
  async (t) => {
    const { admission } = create()
    const events: AdmissionEvent[] = []
    const end = admission.subscribe((event) => events.push(event))
    permitOf(await admission.acquire()).release('success')
    admission.tryAcquire({ deadlineMs: 0 })
    t.same(
      events.map(({ type }) => type),
      ['admitted', 'released', 'rejected'],
    )
    end()
    const count = events.length
    admission.tryAcquire({ deadlineMs: 0 })
    t.equal(events.length, count)

    admission.subscribe(() => {
      throw new Error('broken')
    })
    permitOf(admission.tryAcquire()).release()
    t.equal(admission.snapshot().inFlight, 0)
    t.ok(admission.snapshot().errors >= 2)
  },
)

t.test('a subscriber that throws on everything, errors included, is told of once', async (t) => {
  const { admission } = create()
  const told: AdmissionEvent[] = []
  admission.subscribe((event) => told.push(event), ['error'])
  admission.subscribe(() => {
    throw new Error('broken')
  })
  admission.reportError('tier', new Error('of the user'))
  t.same(
    told.map((event) => event.type === 'error' && event.source),
    ['tier', 'subscriber'],
  )
  t.ok(admission.snapshot().errors >= 2, 'and counted')
})

t.test('refuses a subscriber that is none', async (t) => {
  const { admission } = create()
  t.throws(() => admission.subscribe(undefined as never), {
    code: 'HG_ERR_OPTION',
    option: 'listener',
  })
  t.throws(() => admission.subscribe(() => {}, ['overloaded'] as never), {
    code: 'HG_ERR_OPTION',
    option: 'only',
  })
  t.throws(() => admission.subscribe(() => {}, 'error' as never), {
    message: 'only must be an array',
  })
})

t.test('the snapshot is plain JSON', async (t) => {
  const { admission } = create(4)
  permitOf(admission.tryAcquire())
  admission.reportError('exempt', new Error('x'))
  const snapshot = admission.snapshot()
  t.same(JSON.parse(JSON.stringify(snapshot)), snapshot)
  t.match(snapshot, { limit: 4, inFlight: 1, queued: 0, errors: 1, draining: false })
})

t.test('update changes what is allowed, and nothing when it is wrong', async (t) => {
  const { admission } = create(1, { queue: { maxQueued: 9 } })
  t.throws(() => admission.update({ queue: { maxQueued: 0 } }), { message: 'queue.maxQueued' })
  t.equal(admission.snapshot().maxQueued, 9)
  admission.update({ queue: { maxQueued: 7 } })
  t.equal(admission.snapshot().maxQueued, 7)
  t.throws(() => admission.update({ limit: 5 } as never), { code: 'HG_ERR_OPTION' })
})

t.test('force refuses every way in, and ends', async (t) => {
  const { admission } = create(10)
  const restore = admission.forced.reject({ admitted: false, reason: 'shed', retryAfterMs: 2_000 })
  const expected = { admitted: false, reason: 'shed', retryAfterMs: 2_000 }
  t.match(admission.tryAcquire({ tier: 'critical' }), expected)
  t.match(await admission.acquire(), expected)
  await t.rejects(
    admission.run({}, () => {}),
    { message: 'shed' },
  )
  restore()
  t.equal(admission.tryAcquire().admitted, true)
})

t.test('drain serves who waits, refuses who comes, and says that all were served', async (t) => {
  const { admission } = create()
  const running = permitOf(await admission.acquire())
  const waiting = admission.acquire()
  t.equal(admission.ready(), true)
  const drained = admission.drain()
  t.equal(admission.ready(), false)
  t.match(admission.tryAcquire(), { admitted: false, reason: 'draining' })
  t.match(await admission.acquire({ tier: 'critical' }), { reason: 'draining' })
  running.release()
  permitOf(await waiting).release()
  t.same(await drained, { leftover: 0 })
  t.equal(admission.snapshot().draining, true)
})

t.test('drain of an idle admission is over at once', async (t) => {
  const { admission, clock } = create()
  t.same(await admission.drain(), { leftover: 0 })
  t.equal(clock.pending, 0, 'no timer is left')
})

t.test('drain gives up after its time, refuses who waits, and counts who runs', async (t) => {
  const { admission } = create(2)
  permitOf(await admission.acquire())
  permitOf(await admission.acquire())
  const waiting = admission.acquire()
  t.same(await admission.drain({ timeoutMs: 1 }), { leftover: 2 })
  t.match(await waiting, { admitted: false, reason: 'draining' })
})

t.test('everybody who drains hears of the end', async (t) => {
  const { admission } = create()
  const running = permitOf(await admission.acquire())
  const first = admission.drain({ timeoutMs: 60_000 })
  const second = admission.drain({ timeoutMs: 60_000 })
  const third = admission[Symbol.asyncDispose]()
  running.release()
  t.same(await Promise.all([first, second, third]), [{ leftover: 0 }, { leftover: 0 }, undefined])
})

t.test('a drain that gives up ends the others too', async (t) => {
  const { admission } = create()
  const running = permitOf(await admission.acquire())
  const patient = admission.drain({ timeoutMs: 60_000 })
  t.same(await admission.drain({ timeoutMs: 1 }), { leftover: 1 })
  running.release()
  t.same(await patient, { leftover: 0 })
})

t.test('drain refuses a time that no timer can keep', async (t) => {
  const { admission } = create()
  for (const timeoutMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5']) {
    await t.rejects(admission.drain({ timeoutMs: timeoutMs as number }), {
      code: 'HG_ERR_OPTION',
      option: 'timeoutMs',
    })
  }
  t.equal(admission.ready(), true, 'and drains nothing')
})

t.test('close refuses who waits and stops every timer', async (t) => {
  const { admission, clock } = create()
  const running = permitOf(await admission.acquire())
  const waiting = admission.acquire()
  admission.close()
  admission.close()
  t.match(await waiting, { admitted: false, reason: 'draining' })
  t.equal(clock.pending, 0)
  running.release()
  t.equal(admission.snapshot().inFlight, 0)
})

t.test('can be disposed of', async (t) => {
  let admission: Admission | undefined
  {
    await using scoped = createAdmission({ limit: 2 })
    admission = scoped
    await scoped.run({}, () => {})
  }
  t.equal(admission.ready(), false)
})

t.test('a signal at its end sheds nobody while permits are free', async (t) => {
  const clock = new VirtualClock()
  const admission = new Admission({ clock, limit: new FixedLimit(9), signals: [() => 1] }, {})
  clock.advance(250)
  t.equal(admission.pressure, 1)
  t.equal(admission.tryAcquire({ tier: 'opportunistic' }).admitted, true)
})

t.test('a process with an admission, and waiters in it, can end', async (t) => {
  const index = new URL('../../src/index.js', import.meta.url)
  const script = `
    const { createAdmission } = await import(${JSON.stringify(index.href)})
    const admission = createAdmission({ limit: 1, queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } })
    admission.tryAcquire()
    admission.acquire()
    admission.tryAcquire({ deadlineMs: -1 })
    process.on('exit', () => process.stdout.write('left'))
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
  })
  t.equal(output.toString(), 'left')
})

t.test(
  'handlers should serve less while requests are refused, and for a second after',
  async (t) => {
    const { admission, clock } = create(1, { queue: false })
    const permit = permitOf(admission.tryAcquire())
    t.notOk(admission.degraded)
    t.notOk(admission.tryAcquire().admitted)
    t.ok(admission.degraded)
    permit.release('success')
    clock.advance(900)
    t.ok(admission.degraded)
    clock.advance(200)
    t.notOk(admission.degraded)
    admission.close()
  },
)

t.test('handlers should serve less under pressure, until it is well below', async (t) => {
  let level = 0.7
  const clock = new VirtualClock()
  const admission = new Admission({ clock, limit: new FixedLimit(9), signals: [() => level] }, {})
  const isDegraded = (next: number): boolean => {
    level = next
    clock.advance(250)
    return admission.degraded
  }
  t.same([0.6, 0.75, 0.6, 0.4].map(isDegraded), [false, true, true, false])
  admission.close()
})
