import type { LoadReport } from '@headgate/loadgen'
import type { ServerUsage } from '../server/server-usage.ts'
import { findPhase, phaseUsage } from './phase-usage.ts'

/** Beyond this a run says more about the machine's other work than about the server. */
const MAX_STOLEN_RATIO = 0.05

/**
 * Why a run tells nothing about its server: in a phase that is measured (warming up is none) the generator was
 * late, or something else had the server's core.
 */
export function invalidReasons(
  report: LoadReport,
  phases: readonly string[],
  readings: readonly ServerUsage[],
): readonly string[] {
  return phases.flatMap((phase) => {
    const { durationMs, invalidReason } = findPhase(report, phase)
    const { stolenMs } = phaseUsage(report, phase, readings)
    const late = invalidReason === undefined ? [] : [invalidReason]
    return [...late, ...stolenReasons(phase, stolenMs / durationMs)]
  })
}

export function stolenReasons(
  when: string,
  stolenRatio: number,
  maxRatio: number = MAX_STOLEN_RATIO,
): readonly string[] {
  if (stolenRatio <= maxRatio) return []
  return [`${when}: others had the server's core for ${(stolenRatio * 100).toFixed(0)} % of it`]
}
