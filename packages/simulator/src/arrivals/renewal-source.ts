import type { Clock } from '@headgate/core'
import type { Distribution } from '../random/distribution.ts'
import type { Random } from '../random/random.ts'

/** Open-loop load with independent gaps of any kind: constant as a timer's, or burstier than Poisson's. */
export function startRenewalSource(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { gapMs, endMs }: { readonly gapMs: Distribution; readonly endMs: number },
  arrive: () => void,
): void {
  const next = (): void => {
    const waitMs = gapMs.draw(random)
    if (clock.nowMs() + waitMs >= endMs) return
    clock.schedule(waitMs, () => {
      arrive()
      next()
    })
  }
  next()
}
