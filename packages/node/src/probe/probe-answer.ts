import type { ReadinessState } from '../warm-up/readiness.ts'

export interface ProbeAnswer {
  readonly statusCode: 200 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * What a probe of `/livez` or `/readyz` is told, `undefined` for any other request. `blocked`: the event loop
 * stands still, as only another thread can tell.
 */
export function probeAnswer(
  request: { readonly method?: string | undefined; readonly url?: string | undefined },
  state: ReadinessState | 'blocked',
): ProbeAnswer | undefined {
  const { method, url = '' } = request
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const path = url.includes('?') ? url.slice(0, url.indexOf('?')) : url
  if (path === '/livez') return state === 'blocked' ? answer(503, state) : answer(200, 'alive')
  return path === '/readyz' ? answer(state === 'ready' ? 200 : 503, state) : undefined
}

function answer(statusCode: 200 | 503, state: string): ProbeAnswer {
  const body = JSON.stringify({ state })
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'cache-control': 'no-store',
    },
    body,
  }
}
