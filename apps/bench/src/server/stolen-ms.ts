import { readFileSync } from 'node:fs'

/**
 * Milliseconds that this process's main thread was ready to run and something else had its core: others,
 * not this process's own threads (garbage collection, compilation), which are part of what it costs.
 * 0 where Linux's scheduler statistics do not exist.
 *
 * @param cpuMs CPU of the whole process up to now
 */
export function stolenMs(cpuMs: number): number {
  try {
    // One file and not one for each thread: ten idle servers that read theirs were a fifth of a core.
    const [ranNs = '0', waitedNs = '0'] = readFileSync('/proc/self/schedstat', 'latin1').split(' ')
    const ownThreadsMs = cpuMs - Number(ranNs) / 1e6
    return Number(waitedNs) / 1e6 - ownThreadsMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
