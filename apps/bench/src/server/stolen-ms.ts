import { readdirSync, readFileSync } from 'node:fs'

/**
 * Milliseconds that this process's main thread was ready to run and something else had its core: others,
 * not this process's own threads (garbage collection, compilation), which are part of what it costs.
 * 0 where Linux's scheduler statistics do not exist.
 */
export function stolenMs(): number {
  try {
    const main = String(process.pid)
    let ownMs = 0
    for (const thread of readdirSync('/proc/self/task')) {
      if (thread !== main) ownMs += statistics(`/proc/self/task/${thread}`).ranMs
    }
    return statistics('/proc/self').waitedMs - ownMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

function statistics(directory: string): { ranMs: number; waitedMs: number } {
  const [ranNs = '0', waitedNs = '0'] = readFileSync(`${directory}/schedstat`, 'latin1').split(' ')
  return { ranMs: Number(ranNs) / 1e6, waitedMs: Number(waitedNs) / 1e6 }
}
