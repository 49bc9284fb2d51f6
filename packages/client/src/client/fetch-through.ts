import type { CallOptions } from '../call/call-terms.ts'
import type { Dispatch, DispatchOptions, Handler } from '../handler/handler.ts'
import type { UndiciModule } from './peer.ts'

export interface FetchParts {
  readonly fetch: UndiciModule['fetch']
  readonly dispatch: Dispatch
}

/**
 * `fetch` tells its dispatcher nothing of options it does not know, and of a body only a stream that can be
 * read once: both go by another way, in a dispatcher that is made for this call.
 */
export async function fetchThrough(
  { fetch, dispatch }: FetchParts,
  input: string | URL,
  init: CallOptions & { readonly body?: unknown },
): Promise<unknown> {
  const { deadlineMs, tier, tenant, requestId, idempotent, hedge, attempts, ...rest } = init
  const own = { deadlineMs, tier, tenant, requestId, idempotent, hedge, attempts }
  const repeatable = bytesOf(init.body)
  const dispatcher = {
    dispatch(options: DispatchOptions, handler: Handler): boolean {
      // After a redirect that changes the method there is none.
      const hasBody = options.body !== null && options.body !== undefined
      const body = hasBody && repeatable !== undefined ? repeatable : options.body
      return dispatch({ ...options, ...own, body } as DispatchOptions, handler)
    },
  }
  try {
    return await fetch(input, { ...rest, dispatcher })
  } catch (error) {
    throw tellMore(error)
  }
}

/** What `fetch` makes of these is what they are. */
function bytesOf(body: unknown): string | Uint8Array | undefined {
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (!ArrayBuffer.isView(body)) return undefined
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
}

/** `fetch` wraps what went wrong in a `TypeError` that says nothing. */
function tellMore(error: unknown): unknown {
  const cause = (error as { cause?: Record<string, unknown> } | null)?.cause
  if (typeof error !== 'object' || error === null || typeof cause !== 'object') return error
  for (const name of ['code', 'outcome', 'reason', 'attempts', 'notRetried', 'retryAfterMs']) {
    if (cause?.[name] === undefined || Object.hasOwn(error, name)) continue
    Object.defineProperty(error, name, { value: cause[name], configurable: true, writable: true })
  }
  return error
}
