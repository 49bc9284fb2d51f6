import type { Clock } from '@headgate/core'
import { exponential } from '../random/distribution.ts'
import type { Random } from '../random/random.ts'

/** From `fromMs` on, `perSecond` requests arrive on average, whatever becomes of them. */
export interface LoadPhase {
  readonly fromMs: number
  readonly perSecond: number
}

/**
 * Open-loop load: independent arrivals at a rate that changes from phase to phase, until `endMs`.
 *
 * Exact across changes: the gaps are memoryless, so the one under way is drawn anew at each change.
 */
export function startPoissonSource(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { phases, endMs }: { readonly phases: readonly LoadPhase[]; readonly endMs: number },
  arrive: () => void,
): void {
  const unit = exponential(1)
  phases.forEach((phase, index) => {
    const phaseEndMs = Math.min(endMs, phases[index + 1]?.fromMs ?? endMs)
    const next = (): void => {
      const gapMs = (unit.draw(random) * 1000) / phase.perSecond
      if (clock.nowMs() + gapMs >= phaseEndMs) return
      clock.schedule(gapMs, () => {
        arrive()
        next()
      })
    }
    if (phase.perSecond > 0) clock.schedule(phase.fromMs - clock.nowMs(), next)
  })
}
