import type { Clock } from '@headgate/core'

// Taken when the module is loaded: a test that later fakes the globals must not stop the gate.
const { setTimeout, clearTimeout, performance } = globalThis

/** The longest that a timer of Node's can wait: beyond it, it would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The process's monotonic clock. Its timers never keep the process alive. */
export const systemClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  schedule: (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, Math.min(delayMs, MAX_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
})
