import { Agent, request } from 'node:http'
import { type LoadTarget, SeededRandom } from '@headgate/loadgen'

export interface CapacityOptions {
  readonly url: string
  readonly targets: readonly LoadTarget[]
  /** Each waits for its answer before it asks again. */
  readonly clients: number
  /** Not counted. */
  readonly warmUpMs: number
  readonly durationMs: number
}

/** Fewer answers say nothing of a rate, so a slow machine is given longer, up to this many times. */
const LEAST_SERVED = 40
const LONGEST_RATIO = 10

/** What the server answers a second when it is kept busy, but never asked for more than it can do. */
export async function measureCapacity(options: CapacityOptions): Promise<number> {
  const { url, targets, clients, warmUpMs, durationMs } = options
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const random = new SeededRandom(1)
  const startMs = performance.now() + warmUpMs
  let served = 0
  let lastMs = startMs
  const isOver = (): boolean => {
    const elapsedMs = performance.now() - startMs
    if (elapsedMs < durationMs) return false
    return served >= LEAST_SERVED || elapsedMs >= durationMs * LONGEST_RATIO
  }

  const runClient = async (): Promise<void> => {
    while (!isOver()) {
      const status = await send(url, pickTarget(targets, random), { agent, random })
      const nowMs = performance.now()
      // What ends after the end was not served while all clients were busy.
      if (status >= 300 || nowMs < startMs || isOver()) continue
      served += 1
      lastMs = nowMs
    }
  }
  try {
    await Promise.all(Array.from({ length: clients }, runClient))
  } finally {
    agent.destroy()
  }
  if (served === 0) throw new Error('the shop answered nothing while its capacity was measured')
  return (served * 1000) / Math.max(durationMs, lastMs - startMs)
}

function pickTarget(targets: readonly LoadTarget[], random: SeededRandom): LoadTarget {
  const sum = targets.reduce((total, { weight = 1 }) => total + weight, 0)
  let left = random.next() * sum
  for (const target of targets) {
    left -= target.weight ?? 1
    if (left < 0) return target
  }
  return targets[0] as LoadTarget
}

interface Sender {
  readonly agent: Agent
  readonly random: SeededRandom
}

/** Resolves with the status when the whole answer has come. */
function send(url: string, target: LoadTarget, { agent, random }: Sender): Promise<number> {
  const { method = 'GET', path, headers = {}, body } = target
  const paths = typeof path === 'string' ? [path] : path
  const drawn = paths[Math.floor(random.next() * paths.length)] ?? '/'
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(drawn, url), { agent, method, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
