import type { Clock } from '@headgate/core'

// Taken when the module is loaded: a test that later fakes the globals must not stop calls that are under way.
const { setTimeout, clearTimeout, performance } = globalThis

/** The longest that a timer of Node's can wait: beyond it, it would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * The process's monotonic clock. Unlike the server side's, its timers keep the process alive: a call that
 * waits for its retry has no socket that would.
 */
export const callClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  schedule: (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, Math.min(Math.max(0, Math.ceil(delayMs)), MAX_TIMER_MS))
    return () => clearTimeout(timer)
  },
})
