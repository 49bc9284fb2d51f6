import { progress } from '../report/progress.ts'
import { waitForCalm } from './wait-for-calm.ts'

const MAX_CALM_WAIT_MS = 20_000

/** Something measured, and why it tells nothing if it does not. */
export interface Measured {
  readonly invalidReasons: readonly string[]
}

/** Measures until nothing disturbed it, at most `attempts` times; then the last is returned, with its reasons. */
export async function retryInvalid<Result extends Measured>(
  attempts: number,
  measure: () => Promise<Result>,
  calm: () => Promise<void> = () => waitForCalm(MAX_CALM_WAIT_MS),
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    // One attempt is for trying things out: that need not wait.
    if (attempts > 1) await calm()
    const measured = await measure()
    if (measured.invalidReasons.length === 0 || attempt >= attempts) return measured
    progress(`again, invalid: ${measured.invalidReasons.join('; ')}`)
  }
}
