import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const SAMPLE_MS = 500
const MAX_BUSY_RATIO = 0.15

/** Waits until the machine has little else to do, at most `maxWaitMs`: what is measured beside other work is thrown away. */
export async function waitForCalm(maxWaitMs: number): Promise<void> {
  const untilMs = performance.now() + maxWaitMs
  let before = cpuTimes()
  while (performance.now() < untilMs) {
    await sleep(SAMPLE_MS)
    const after = cpuTimes()
    const busyRatio = (after.busyMs - before.busyMs) / (after.totalMs - before.totalMs)
    if (busyRatio <= MAX_BUSY_RATIO) return
    before = after
  }
}

function cpuTimes(): { readonly busyMs: number; readonly totalMs: number } {
  let busyMs = 0
  let totalMs = 0
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle
    totalMs += all
    busyMs += all - times.idle
  }
  return { busyMs, totalMs }
}
