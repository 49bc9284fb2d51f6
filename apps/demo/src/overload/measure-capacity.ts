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

/** What the server answers a second when it is kept busy, but never asked for more than it can do. */
export async function measureCapacity(options: CapacityOptions): Promise<number> {
  const { url, targets, clients, warmUpMs, durationMs } = options
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const random = new SeededRandom(1)
  const countFromMs = performance.now() + warmUpMs
  const endMs = countFromMs + durationMs
  let served = 0

  const runClient = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const status = await send(url, pickTarget(targets, random), { agent, random })
      const nowMs = performance.now()
      if (status < 300 && nowMs >= countFromMs && nowMs < endMs) served += 1
    }
  }
  try {
    await Promise.all(Array.from({ length: clients }, runClient))
  } finally {
    agent.destroy()
  }
  if (served === 0) throw new Error('the shop answered nothing while its capacity was measured')
  return (served * 1000) / durationMs
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
