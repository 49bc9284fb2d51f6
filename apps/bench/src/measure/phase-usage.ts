import type { LoadPhaseReport, LoadReport } from '@headgate/loadgen'
import { type ServerUsage, usageBetween } from '../server/server-usage.ts'

/** What the server used from one reading to the next. */
export interface UsageStretch {
  readonly elapsedMs: number
  readonly cpuMs: number
  readonly busyMs: number
}

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

/** The same from each reading to the next, of those within the phase. */
export function phaseStretches(
  report: LoadReport,
  name: string,
  readings: readonly ServerUsage[],
): readonly UsageStretch[] {
  const { startMs, durationMs } = findPhase(report, name)
  const fromMs = report.startedAtEpochMs + startMs
  const within = readings.filter(
    ({ atEpochMs }) => atEpochMs >= fromMs && atEpochMs <= fromMs + durationMs,
  )
  return within.slice(1).map((to, index) => {
    const from = within[index] as ServerUsage
    return {
      elapsedMs: to.atEpochMs - from.atEpochMs,
      cpuMs: to.cpuMs - from.cpuMs,
      busyMs: to.busyMs - from.busyMs,
    }
  })
}

export function findPhase(report: LoadReport, name: string): LoadPhaseReport {
  const found = report.phases.find((phase) => phase.name === name)
  if (found === undefined) throw new Error(`no phase ${name} in the report`)
  return found
}
