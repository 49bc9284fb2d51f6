// The thread of the embedded database: its work takes no time from the server's thread.
import { parentPort } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { Step } from './database.ts'
import type { EmbeddedReply, EmbeddedRequest } from './embedded-database.ts'
import { embeddedLatencyMs } from './embedded-latency.ts'
import { SHOP_SCHEMA } from './shop-schema.ts'

const engine = await PGlite.create()
await engine.exec(SHOP_SCHEMA)

function reply(message: EmbeddedReply): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', async ({ id, steps }: EmbeddedRequest) => {
  const answer = await run({ id, steps })
  setTimeout(() => reply(answer), embeddedLatencyMs(steps, Math.random))
})
reply({ kind: 'ready' })

async function run({ id, steps }: EmbeddedRequest): Promise<EmbeddedReply> {
  try {
    const rows =
      steps.length === 1
        ? await runSteps(engine, steps)
        : await engine.transaction((transaction) => runSteps(transaction, steps))
    return { kind: 'rows', id, rows }
  } catch (error) {
    // Of an error, only its message survives the way between threads.
    const { message, code } = error as Error & { code?: string }
    return { kind: 'failure', id, message, code }
  }
}

async function runSteps(on: Pick<PGlite, 'query'>, steps: readonly Step[]): Promise<object[][]> {
  const results: object[][] = []
  for (const { statement, values } of steps) {
    results.push((await on.query<object>(statement.sql, [...values])).rows)
  }
  return results
}
