import type { LoadPhaseReport, LoadReport } from '@headgate/loadgen'
import { type ServerUsage, usageBetween } from '../server/server-usage.ts'

/** CPU per request. */
export interface RequestCost {
  readonly serveMs: number
  /** Undefined where too few requests were refused to tell. */
  readonly rejectMs?: number
}

const MIN_REJECTED = 200

/**
 * CPU of a served and of a refused request, from one run. What handlers burn is counted by the handlers; what the
 * server adds around each is known from the phase without refusals; what the overloaded phase used beyond both is
 * the refusals'.
 */
export function requestCost(report: LoadReport, readings: readonly ServerUsage[]): RequestCost {
  const calm = phaseUsage(report, 'before', readings)
  const aroundJobMs = (calm.cpuMs - calm.busyMs) / calm.jobs
  const overload = phaseUsage(report, 'overload', readings)
  const serveMs = overload.busyMs / overload.jobs + aroundJobMs
  const { rejected } = findPhase(report, 'overload').total
  if (rejected < MIN_REJECTED) return { serveMs }
  const spentMs = overload.cpuMs - overload.busyMs - overload.jobs * aroundJobMs
  return { serveMs, rejectMs: Math.max(0, spentMs / rejected) }
}

export function phaseUsage(
  report: LoadReport,
  name: string,
  readings: readonly ServerUsage[],
): ReturnType<typeof usageBetween> {
  const { startMs, durationMs } = findPhase(report, name)
  const fromMs = report.startedAtEpochMs + startMs
  return usageBetween(readings, fromMs, fromMs + durationMs)
}

export function findPhase(report: LoadReport, name: string): LoadPhaseReport {
  const found = report.phases.find((phase) => phase.name === name)
  if (found === undefined) throw new Error(`no phase ${name} in the report`)
  return found
}
