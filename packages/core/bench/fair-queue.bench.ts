/**
 * The queued path with many flows, the worst single operation, and what a million tenants leave behind.
 *
 *     node --expose-gc dist/bench/fair-queue.bench.js
 */
import { Admission } from '../src/admission/admission.ts'
import type { AdmissionRequest } from '../src/admission/admission-request.ts'
import type { Arrival } from '../src/admission/passage.ts'
import type { Permit } from '../src/admission/permit.ts'
import { FixedLimit } from '../src/limit/fixed-limit.ts'
import type { Clock } from '../src/time/clock.ts'
import { type Case, formatTable, measure } from './measure.ts'

const STILL: Clock = { nowMs: () => 1_000.25, schedule: () => () => {} }
const FLOWS = [10, 1_000, 10_000, 100_000]
const WORST_OPERATIONS = 300_000
const MILLION = 1_000_000

process.stdout.write(`Node ${process.version}, ${process.arch}\n`)
process.stdout.write(
  formatTable([counter(), nobodyWaits(), oneTenant(), ...FLOWS.map(queued)].map(measure)),
)
for (const flows of FLOWS) process.stdout.write(`${describeWorst(flows)}\n`)
process.stdout.write(`${describeMillion()}\n`)

function counter(): Case {
  let inFlight = 0
  return {
    name: 'a counter',
    run: (times) => {
      for (let count = 0; count < times; count += 1) {
        inFlight += 1
        if (inFlight > 20) throw new Error('never')
        inFlight -= 1
      }
    },
  }
}

function nobodyWaits(): Case {
  const admission = createAdmission(20)
  const request = { flow: 'GET /' }
  return { name: 'nobody waits, one route', run: (times) => runAtOnce(admission, request, times) }
}

function oneTenant(): Case {
  const admission = createAdmission(20)
  const request = { tenant: 'acme' }
  return {
    name: 'nobody waits, a tenant each time new',
    run: (times) => runAtOnce(admission, request, times),
  }
}

function runAtOnce(admission: Admission, request: AdmissionRequest, times: number): void {
  for (let count = 0; count < times; count += 1) {
    const answer = admission.offer(request)
    if (answer.admitted) answer.release('success')
  }
}

/** A house in which this many flows have two waiters each, and a function that serves one and adds one. */
function crowd(flows: number): () => void {
  const admission = createAdmission(1)
  const requests = Array.from({ length: flows }, (_, index) => ({ tenant: `tenant-${index}` }))
  let running: Permit | undefined
  const arrival: Arrival = {
    onAdmit: (permit) => {
      running = permit
    },
    onReject: (rejection) => {
      throw new Error(rejection.reason)
    },
  }
  const first = admission.tryAcquire()
  if (first.admitted) running = first.permit
  for (const request of [...requests, ...requests]) admission.offer(request, arrival)
  let next = 0
  return () => {
    admission.offer(requests[next], arrival)
    next = next + 1 === flows ? 0 : next + 1
    running?.release('success')
  }
}

function queued(flows: number): Case {
  const step = crowd(flows)
  return {
    name: `offer + start + release, ${flows} flows`,
    run: (times) => {
      for (let count = 0; count < times; count += 1) step()
    },
  }
}

/** Garbage collection is among it: the highest is what it takes, a few below it are ours. */
function describeWorst(flows: number): string {
  const step = crowd(flows)
  for (let count = 0; count < 100_000; count += 1) step()
  const times = new Float64Array(WORST_OPERATIONS)
  for (let index = 0; index < times.length; index += 1) {
    const begin = process.hrtime.bigint()
    step()
    times[index] = Number(process.hrtime.bigint() - begin)
  }
  times.sort()
  const [p999, worst] = [0.999, 0.9999].map((ratio) => times[Math.floor(times.length * ratio)])
  return `${flows} flows: p99.9 ${p999} ns, p99.99 ${worst} ns, highest ${times.at(-1)} ns`
}

function describeMillion(): string {
  const { gc } = globalThis
  if (gc === undefined) return 'a million tenants: needs --expose-gc'
  const admission = createAdmission(100)
  const running: Permit[] = []
  const arrival: Arrival = { onAdmit: (permit) => running.push(permit), onReject: () => {} }
  gc()
  const before = process.memoryUsage().heapUsed
  let most = 0
  for (let index = 0; index < MILLION; index += 1) {
    const answer = admission.offer({ tenant: `tenant-${index}` }, arrival)
    if (answer.admitted && answer.state === 'running') running.push(answer)
    if (running.length > 50) running.shift()?.release('success')
    if (index % 10_000 === 0) most = Math.max(most, admission.snapshot().flows)
  }
  gc()
  const loaded = process.memoryUsage().heapUsed - before
  while (running.length > 0) running.shift()?.release('success')
  const { flows, debtors } = admission.snapshot()
  const mb = (loaded / 2 ** 20).toFixed(2)
  return `a million tenants: heap +${mb} MB under load, ${most} flows at most, ${flows} and ${debtors} debtors when idle`
}

function createAdmission(limit: number): Admission {
  return new Admission(
    { clock: STILL, random: () => 0.5, limit: new FixedLimit(limit) },
    {
      queue: { maxQueued: 1_000_000, maxWaitMs: 60_000 },
      shedAt: { important: 1 },
      tenants: { maxInFlightRatio: 1 },
    },
  )
}
