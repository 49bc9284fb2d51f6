import type { LoadTarget } from '@headgate/loadgen'
import autocannon from 'autocannon'

export interface ClosedLoopOptions {
  readonly url: string
  readonly targets: readonly LoadTarget[]
  readonly connections: number
  readonly durationMs: number
}

/**
 * Answers per second to clients that each wait for the answer before they ask again. Its latencies are not used: with
 * a rate set autocannon adds samples that never were, and without one a slow server slows the clients down.
 */
export async function closedLoop(options: ClosedLoopOptions): Promise<{
  readonly servedPerSecond: number
  readonly otherPerSecond: number
}> {
  const result = await autocannon({
    url: options.url,
    connections: options.connections,
    duration: options.durationMs / 1000,
    requests: requestCycle(options.targets),
  })
  const seconds = result.duration
  return { servedPerSecond: result['2xx'] / seconds, otherPerSecond: result.non2xx / seconds }
}

/** Each connection goes through the targets in turn, so their weights become repetitions. */
function requestCycle(targets: readonly LoadTarget[]): autocannon.Request[] {
  const least = Math.min(...targets.map(({ weight = 1 }) => weight))
  return targets.flatMap(({ weight = 1, path }) => {
    const request = { method: 'GET' as const, path: String(path) }
    return Array.from({ length: Math.round(weight / least) }, () => request)
  })
}
