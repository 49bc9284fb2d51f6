import type { Clock } from '@headgate/core'
import type { Readiness } from './readiness.ts'
import type { SlowStartLimit } from './slow-start-limit.ts'
import type { ResolvedWarmUp } from './warm-up-options.ts'

const ASK_EVERY_MS = 250

/** What a warm-up moves along. */
export interface WarmUpParts {
  readonly clock: Clock
  readonly readiness: Readiness
  readonly limit: SlowStartLimit
  readonly onError: (error: unknown) => void
}

/**
 * The way of a fresh process to being ready, in two steps: what it depends on is there, and it is warm. Then its
 * limit begins to grow. Never rejects; it ends early when the process leaves.
 */
export async function warmUp(parts: WarmUpParts, options: ResolvedWarmUp): Promise<void> {
  const { clock, readiness, limit, onError } = parts
  const ending = new AbortController()
  readiness.wait()
  const end = readiness.onChange((state) => {
    if (state === 'leaving' || state === 'draining') ending.abort()
  })
  ending.signal.addEventListener('abort', () => limit.stop())
  while (!ending.signal.aborted && !(await isThere(options, onError))) {
    await wait(clock, ASK_EVERY_MS, ending.signal)
  }
  readiness.reach('warming')
  // Whoever is slow to warm up must not be out for ever; what runs by then is told to stop.
  const late = new AbortController()
  const isLate = wait(clock, options.maxWarmMs, ending.signal)
  await Promise.race([isLate, isWarm(limit, options, { signal: late.signal, onError })])
  late.abort()
  limit.onGood = undefined
  readiness.reach('ready')
  if (readiness.isReady) limit.begin()
  else end()
}

async function isThere(
  { dependencies }: ResolvedWarmUp,
  onError: (error: unknown) => void,
): Promise<boolean> {
  try {
    return (await dependencies()) === true
  } catch (error) {
    onError(error)
    return false
  }
}

async function isWarm(
  limit: SlowStartLimit,
  { run, requests }: ResolvedWarmUp,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: unknown) => void },
): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    if (requests === 0) resolve()
    else limit.onGood = (count) => (count >= requests ? resolve() : undefined)
  })
  try {
    await run(signal)
  } catch (error) {
    onError(error)
  }
  await answered
}

/** Over at once when `signal` is. */
function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const cancel = clock.schedule(delayMs, resolve)
    const onAbort = (): void => {
      cancel()
      resolve()
    }
    return signal.addEventListener('abort', onAbort, { once: true })
  })
}
