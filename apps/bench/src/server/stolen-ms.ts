import { readFileSync } from 'node:fs'

/** Time this process's main thread was ready to run while something else had its core; 0 where the system does not say. */
export function stolenMs(): number {
  try {
    // Nanoseconds on a core, nanoseconds waiting for one, slices.
    const [, waitedNs = '0'] = readFileSync('/proc/self/schedstat', 'latin1').split(' ')
    return Number(waitedNs) / 1e6
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
