import { type Clock, Admission as CoreAdmission, FixedLimit } from '@headgate/core'
import { createAdmission } from '@headgate/node'
import { Sema } from 'async-sema'
import { bulkhead } from 'cockatiel'
import { awaited, type MicroCase, sync } from './micro-case.ts'

const REFUSED = 'a refusal, everything being taken'
const STILL: Clock = { nowMs: () => 1_000.25, schedule: () => () => {} }
const never = (): Promise<never> => new Promise(() => {})

/** One permit, which is held for good, and nowhere to wait. p-limit and p-queue cannot refuse. */
export function refusalCases(): readonly MicroCase[] {
  const core = new CoreAdmission({ clock: STILL, random: () => 0.5, limit: new FixedLimit(1) })
  core.tryAcquire()
  const admission = createAdmission({ limit: 1, queue: false })
  admission.tryAcquire()
  const sema = new Sema(1)
  sema.tryAcquire()
  const policy = bulkhead(1, 0)
  void policy.execute(never)
  return [
    sync(REFUSED, '@headgate/core `tryAcquire`', () => {
      core.tryAcquire()
    }),
    awaited(REFUSED, '@headgate/node `run`, which rejects', () =>
      swallow(admission.run(undefined, never)),
    ),
    sync(REFUSED, 'async-sema `tryAcquire`', () => {
      sema.tryAcquire()
    }),
    awaited(REFUSED, 'cockatiel `bulkhead.execute`, which rejects', () =>
      swallow(policy.execute(never)),
    ),
  ]
}

async function swallow(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch {
    // Being refused is what is timed.
  }
}
