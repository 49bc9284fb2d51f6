import type { LoadPhaseReport, LoadReport } from '@headgate/loadgen'
import { type ServerUsage, usageBetween } from '../server/server-usage.ts'

/** What the server used during one phase of the load. */
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
