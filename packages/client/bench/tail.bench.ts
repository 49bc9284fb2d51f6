import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { createClient } from '../src/index.ts'

/*
 * Real sockets, one server, 2 % of its answers 200 to 400 ms late, an open loop of 400 calls a second: the
 * tail without and with hedging. `node dist/bench/tail.bench.js [seconds]`
 */

const RATE = 400

if (process.argv[2] === 'server') {
  let served = 0
  const server = createServer((_request, response) => {
    served += 1
    const isSlow = Math.random() < 0.02
    setTimeout(() => response.end('ok'), isSlow ? 200 + 200 * Math.random() : 3 + 2 * Math.random())
  })
  server.listen(0, '127.0.0.1', () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  )
  process.on('message', () => {
    process.send?.({ served })
    served = 0
  })
  process.on('disconnect', () => process.exit())
} else {
  await measure(Number(process.argv[2] ?? 10))
}

async function measure(seconds: number): Promise<void> {
  const child = fork(import.meta.filename, ['server'])
  const heard = (): Promise<Record<string, number>> =>
    new Promise((resolve) =>
      child.once('message', (message) => resolve(message as Record<string, number>)),
    )
  const { port } = await heard()
  const figures: Record<string, { p50: number; p99: number; p999: number }> = {}
  for (const [name, hedge] of [
    ['no hedge', false],
    ['hedge', true],
    ['no hedge again', false],
    ['hedge again', true],
  ] as const) {
    const client = createClient({ origin: `http://127.0.0.1:${port}`, hedge })
    const { latencies, errors } = await run(client, seconds)
    child.send('count')
    const { served = 0 } = await heard()
    const sorted = latencies.sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
    figures[name] = { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
    const extra = (served / (latencies.length + errors) - 1) * 100
    process.stdout.write(
      `${name}: p50 ${at(0.5).toFixed(1)}, p99 ${at(0.99).toFixed(1)}, p99.9 ${at(0.999).toFixed(1)} ms; ` +
        `${extra.toFixed(2)} % more requests, ${errors} errors, ${latencies.length} calls\n`,
    )
    await client.close()
  }
  for (const again of ['', ' again']) {
    const without = figures[`no hedge${again}`]?.p99 ?? 0
    const cut = without / (figures[`hedge${again}`]?.p99 ?? 1)
    process.stdout.write(
      `p99 cut ${cut.toFixed(2)} times; target 3, stretch 4, at 5 % more requests or fewer\n`,
    )
  }
  child.disconnect()
}

async function run(
  client: ReturnType<typeof createClient>,
  seconds: number,
): Promise<{ latencies: number[]; errors: number }> {
  const latencies: number[] = []
  let errors = 0
  const ask = async (isCounted: boolean) => {
    const startMs = performance.now()
    try {
      const { body } = await client.request({ path: '/' })
      await body.dump()
      if (isCounted) latencies.push(performance.now() - startMs)
    } catch {
      errors += 1
    }
  }
  const pending: Promise<void>[] = []
  const startMs = performance.now()
  const count = RATE * seconds
  while (pending.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) / 1000) * RATE))
    while (pending.length < due) pending.push(ask(true))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
  return { latencies, errors }
}
