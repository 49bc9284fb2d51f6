const PROBE_PATHS: ReadonlySet<string> = new Set([
  '/livez',
  '/readyz',
  '/healthz',
  '/health',
  '/metrics',
])

/**
 * The default of `exempt`: GET and HEAD of `/livez`, `/readyz`, `/healthz`, `/health` and `/metrics`.
 * Use it to add to the default: `exempt: (request) => isProbe(request) || request.url === '/ping'`.
 */
export function isProbe(request: {
  readonly method?: string | undefined
  readonly url?: string | undefined
}): boolean {
  const { url } = request
  if (url === undefined) return false
  const query = url.indexOf('?')
  if (!PROBE_PATHS.has(query === -1 ? url : url.slice(0, query))) return false
  const { method } = request
  return method === 'GET' || method === 'HEAD'
}
