import { type Clock, Admission as CoreAdmission, FixedLimit } from '@headgate/core'
import { createAdmission } from '@headgate/node'
import { Sema } from 'async-sema'
import { bulkhead } from 'cockatiel'
import pLimit from 'p-limit'
import PQueue from 'p-queue'
import { awaited, type MicroCase, sync } from './micro-case.ts'

const LIMIT = 20
const STILL: Clock = { nowMs: () => 1_000.25, schedule: () => () => {} }
const REAL: Clock = { nowMs: () => performance.now(), schedule: () => () => {} }

const PERMIT = 'a permit, taken and given back'
const RUN = 'an async function under a permit'

/** A permit that is free: by hand where the library can, and around an async function. */
export function permitCases(): readonly MicroCase[] {
  const sema = new Sema(LIMIT)
  const limit = pLimit(LIMIT)
  const queue = new PQueue({ concurrency: LIMIT })
  const policy = bulkhead(LIMIT, LIMIT)
  const admission = createAdmission({ limit: LIMIT })
  const work = async (): Promise<void> => {}
  let inFlight = 0
  return [
    sync(PERMIT, 'a counter', () => {
      if (inFlight >= LIMIT) return
      inFlight += 1
      inFlight -= 1
    }),
    tryAcquire('@headgate/core `tryAcquire` + `release`, a clock that stands still', STILL),
    tryAcquire('@headgate/core `tryAcquire` + `release`, the real clock', REAL),
    sync(PERMIT, 'async-sema `tryAcquire` + `release`', () => {
      sema.tryAcquire()
      sema.release()
    }),
    awaited(PERMIT, 'async-sema `await acquire` + `release`', async () => {
      await sema.acquire()
      sema.release()
    }),
    awaited(RUN, 'nothing around it', work),
    awaited(RUN, '@headgate/node `run`', () => admission.run(undefined, work)),
    awaited(RUN, 'cockatiel `bulkhead.execute`', () => policy.execute(work)),
    awaited(RUN, 'p-limit', () => limit(work)),
    awaited(RUN, 'p-queue `add`', () => queue.add(work)),
  ]
}

function tryAcquire(name: string, clock: Clock): MicroCase {
  const core = new CoreAdmission({ clock, random: () => 0.5, limit: new FixedLimit(LIMIT) })
  return sync(PERMIT, name, () => {
    const decision = core.tryAcquire()
    if (decision.admitted) decision.permit.release('success')
  })
}
