import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { ShownSpan } from './tracing.ts'

const EVERY_MS = 50

/** Sends requests that ask to be traced, for so long; what they are answered does not matter. */
export async function askToBeTraced(url: string, durationMs: number): Promise<void> {
  const asked = Array.from({ length: Math.ceil(durationMs / EVERY_MS) }, async (_, index) => {
    await wait(index * EVERY_MS)
    await askOnce(`${url}/products/${1 + index}`).catch(() => undefined)
  })
  await Promise.all(asked)
}

async function askOnce(url: string): Promise<void> {
  const [traceId, parentId] = [16, 8].map((bytes) => randomBytes(bytes).toString('hex'))
  const headers = { traceparent: `00-${traceId}-${parentId}-01` }
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5000) })
  await response.arrayBuffer()
}

/**
 * Of these spans the trace that tells most: one in which the stock service refused, with the most attempts.
 * Undefined when it refused none of those that were traced.
 */
export function mostTelling(spans: readonly ShownSpan[]): readonly ShownSpan[] | undefined {
  const ids = new Set(spans.filter(isRefusedAtStock).map(({ traceId }) => traceId))
  const telling = [...ids].map((id) => spans.filter(({ traceId }) => traceId === id))
  return telling.sort((a, b) => b.length - a.length)[0]
}

function isRefusedAtStock({ service, kind, attributes }: ShownSpan): boolean {
  return service === 'stock' && kind === 'server' && attributes['headgate.reason'] !== undefined
}
