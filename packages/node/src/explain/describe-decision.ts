import type { RejectReason } from '@headgate/core'
import type { ExplainedDecision } from './explained-decision.ts'

type Told = Omit<ExplainedDecision, 'text'>

/** One decision in words: what was said, why, and what would have let the request in. */
export function describeDecision(told: Told): string {
  const would = told.mode === 'shadow' ? 'in shadow, would have been ' : ''
  const said = `${would}${saidOf(told)}`
  return `${said}: ${because(told)}. ${stateOf(told)}`
}

function saidOf({ answer, waitedMs, pool, tier }: Told): string {
  const what = `${tier} in pool ${pool}`
  if (answer === 'admitted') return `${what} admitted after ${ms(waitedMs)}`
  if (answer === 'waiting') return `${what} is waiting`
  const after = waitedMs > 0 ? ` after ${ms(waitedMs)}` : ''
  return `${what} refused as ${answer}${after}`
}

function stateOf(told: Told): string {
  const { limit, limitState, inFlight, poolInFlight, poolMost, poolQueued, tierPlaces } = told
  const { pressure, drainPerSecond } = told
  const why = limitState.reason === undefined ? '' : ` (${String(limitState.reason)})`
  return (
    `Limit ${limit}${why}, ${inFlight} in flight; the pool: ${poolInFlight} of ${poolMost} in flight, ` +
    `${poolQueued} waiting of ${tierPlaces} for this tier; ${drainPerSecond.toFixed(1)} start a second; ` +
    `pressure ${pressure.toFixed(2)}.`
  )
}

function because(told: Told): string {
  const { answer } = told
  if (answer === 'admitted') {
    return told.waitedMs > 0 ? 'its turn came' : 'a permit was free and nobody waited before it'
  }
  if (answer === 'waiting') return 'every permit was in use, or others wait before it'
  return BECAUSE[answer](told)
}

const BECAUSE: Readonly<Record<RejectReason, (told: Told) => string>> = {
  draining: () => 'the process is going away; another one would have let it in',
  shed: ({ poolQueued, tierPlaces, pressure }) =>
    `${poolQueued} waited where this tier may come in below ${tierPlaces}, at pressure ` +
    `${pressure.toFixed(2)}; a more important tier, a higher shedAt or a shorter queue would have let it in`,
  full: ({ poolMaxQueued, maxWaitMs }) =>
    maxWaitMs === 0
      ? 'every permit was in use, and there is no queue; a higher limit would have let it in'
      : `all ${poolMaxQueued} places to wait were taken; a more important tier or faster work would have let it in`,
  'tenant-full': ({ tenant }) =>
    `${name(tenant)} had as much waiting or in flight as one tenant may have; fewer of its requests at a ` +
    'time, or higher maxQueuedPerTenant or maxInFlightRatio, would have let it in',
  'tenant-rate': ({ tenant }) =>
    `the rate of ${name(tenant)} was used up; it fills again with time`,
  rate: () => 'the rate of all together was used up; it fills again with time',
  expired: ({ maxWaitMs, deadlineMs }) =>
    deadlineMs !== undefined && deadlineMs < maxWaitMs
      ? `its turn did not come within the ${ms(deadlineMs)} that it had left`
      : `its turn did not come within maxWaitMs, ${ms(maxWaitMs)}`,
  doomed: ({ deadlineMs }) =>
    `its turn would have come after the ${ms(deadlineMs ?? 0)} that it had left; a later deadline would have let it wait`,
  evicted: () => 'a more important request took its place',
  replaced: () => 'a newer request took its place: the queue stood, or its flow was the longest',
  cancelled: () => 'its client left',
  pressure: ({ isHardPressure }) =>
    `the process is near the end of its memory${isHardPressure ? '' : ' no more'}; only critical requests are let in then`,
}

function name(tenant: string | undefined): string {
  return tenant === undefined ? 'its tenant' : `tenant ${tenant}`
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}
