import { Admission, FixedLimit, VirtualClock } from '@headgate/core'
import { seededRandom } from '../random/seeded-random.ts'
import { CAPACITY_PER_SECOND, SERVICE_TIME, SLOTS } from './figure.ts'

const FACTOR = 1.5
const LOOK_EVERY = 1_000

export interface TenantFlood {
  /** The most that was there at any look, one in a thousand requests. */
  readonly flows: number
  readonly debtors: number
  readonly queued: number
  /** What is left when all is done. */
  readonly leftFlows: number
  readonly leftDebtors: number
  /** What `look` said of the last moment in which all was busy, less what it said before. */
  readonly growth: number
}

/**
 * So many tenants, each with one request, through a core at 1.5 times its capacity. `look` measures
 * whatever is of interest, before the first and after the last of them; without it nothing is measured.
 */
export function floodOfTenants(tenants: number, look: () => number = () => 0): TenantFlood {
  const clock = new VirtualClock()
  const random = seededRandom(1)
  const admission = new Admission({ clock, random, limit: new FixedLimit(SLOTS) })
  const most = { flows: 0, debtors: 0, queued: 0 }
  const run = (permit: { release(): void }): void => {
    clock.schedule(SERVICE_TIME.draw(random), () => permit.release())
  }
  const arrival = { onAdmit: run, onReject: () => {} }
  const before = look()
  for (let serial = 0; serial < tenants; serial += 1) {
    clock.advance(1000 / (FACTOR * CAPACITY_PER_SECOND))
    const answer = admission.offer({ tenant: `tenant-${serial}` }, arrival)
    if (answer.admitted && answer.state === 'running') run(answer)
    if (serial % LOOK_EVERY > 0) continue
    const { flows, debtors, queued } = admission.snapshot()
    most.flows = Math.max(most.flows, flows)
    most.debtors = Math.max(most.debtors, debtors)
    most.queued = Math.max(most.queued, queued)
  }
  const growth = look() - before
  clock.advance(60_000)
  const { flows, debtors } = admission.snapshot()
  return { ...most, leftFlows: flows, leftDebtors: debtors, growth }
}
