import type { Clock } from '@headgate/core'

// Taken when the module is loaded: a test that later fakes the globals must not stop the gate.
const { setTimeout, clearTimeout, performance } = globalThis

/** The process's monotonic clock. Its timers never keep the process alive. */
export const systemClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  schedule: (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
})
