import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import got from 'got'
// @ts-expect-error: it has no types of its own.
import CircuitBreaker from 'opossum'
import { Agent, RetryAgent, request } from 'undici'
import { createClient } from '../src/index.ts'

/*
 * What a call costs on a real socket, in CPU of this process, with the same server in another: 16 calls in
 * flight, rounds in turns. `node dist/bench/peers.bench.js [calls]`
 */

const CALLS = Number(process.argv[2] ?? 3000)
const ROUNDS = 7
const IN_FLIGHT = 16

if (process.argv[2] === 'server') {
  const server = createServer((_request, response) => response.end('ok'))
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('disconnect', () => process.exit())
} else {
  await measure()
}

interface OpossumBreaker {
  fire(): Promise<void>
  shutdown(): void
}

type Opossum = new (action: () => Promise<void>, options: object) => OpossumBreaker

async function measure(): Promise<void> {
  const child = fork(import.meta.filename, ['server'])
  const port = await new Promise<number>((resolve) =>
    child.once('message', (one) => resolve(one as number)),
  )
  const origin = `http://127.0.0.1:${port}`
  const agent = new Agent({ connections: 128 })
  const retrying = new RetryAgent(agent)
  const client = createClient({ origin })
  const bare = async (dispatcher: Agent | RetryAgent) => {
    const { body } = await request(origin, { dispatcher })
    await body.dump()
  }
  const policy = wrap(
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
    bulkhead(128, 1000),
    timeout(10_000, TimeoutStrategy.Aggressive),
  )
  const Breaker = CircuitBreaker as Opossum
  const breaker = new Breaker(() => bare(agent), { timeout: 10_000 })
  const contestants: Record<string, () => Promise<unknown>> = {
    'undici alone': () => bare(agent),
    'undici RetryAgent': () => bare(retrying),
    '@headgate/client': async () => {
      const { body } = await client.request({ path: '/' })
      await body.dump()
    },
    'cockatiel round undici': () => policy.execute(() => bare(agent)),
    'opossum round undici': () => breaker.fire(),
    got: () => got(origin, { retry: { limit: 2 } }).text(),
  }
  const costs: Record<string, number[]> = {}
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, ask] of Object.entries(contestants)) {
      const us = await cpuOf(ask)
      // The first round compiles.
      if (round > 0) costs[name] = [...(costs[name] ?? []), us]
    }
  }
  const medianOf = (values: readonly number[] = []) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  const alone = medianOf(costs['undici alone'])
  for (const [name, all] of Object.entries(costs)) {
    const us = medianOf(all)
    process.stdout.write(
      `${name}: ${us.toFixed(1)} µs of CPU (${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)}), ${(us / alone).toFixed(2)} of undici alone\n`,
    )
  }
  breaker.shutdown()
  await client.close()
  await agent.close()
  child.disconnect()
  // Got keeps connections of its own.
  process.exit()
}

async function cpuOf(ask: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  let left = CALLS
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await ask()
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / CALLS
}
