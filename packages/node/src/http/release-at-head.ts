import type { RawResponse } from './raw-message.ts'

const WAYS = ['writeHead', 'write', 'end', 'flushHeaders'] as const

type Way = (...args: unknown[]) => unknown

/** Tells `visit` once the head of its response is sent. Node has no event for it. */
export function releaseAtHead(
  response: RawResponse,
  visit: { onHeadSent(statusCode: number): void },
): void {
  const ways = response as unknown as Record<(typeof WAYS)[number], Way>
  let isTold = false
  for (const way of WAYS) {
    const original = ways[way]
    ways[way] = function (this: RawResponse, ...args: unknown[]) {
      const result = original.apply(this, args)
      if (!isTold && this.headersSent) {
        isTold = true
        visit.onHeadSent(this.statusCode)
      }
      return result
    }
  }
}
