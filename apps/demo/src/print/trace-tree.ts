import type { ShownSpan } from '../services/tracing.ts'

/** Not shown: what the line says already, or what is the same in every span. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['http.request.method', 'server.address', 'server.port', 'url.scheme', 'url.path', 'url.full'],
  ...['http.route', 'http.response.status_code', 'headgate.name', 'headgate.pool'],
])

/** A trace as a tree: who did what, from when, for how long, and why it was refused. */
export function formatTrace(spans: readonly ShownSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const roots = spans.filter(({ parentId }) => parentId === undefined || !ids.has(parentId))
  const startMs = Math.min(...spans.map((span) => span.startMs))
  const lines = roots.flatMap((root) => formatSpan(root, { spans, startMs, depth: 0 }))
  return [`trace ${spans[0]?.traceId ?? '-'}`, ...lines].join('\n')
}

interface Around {
  readonly spans: readonly ShownSpan[]
  readonly startMs: number
  readonly depth: number
}

function formatSpan(span: ShownSpan, { spans, startMs, depth }: Around): string[] {
  const { service, kind, name, attributes, spanId } = span
  const status = attributes['http.response.status_code'] ?? attributes['error.type'] ?? '-'
  const times = `at ${(span.startMs - startMs).toFixed(1)} ms, for ${span.durationMs.toFixed(1)} ms`
  const notes = Object.entries(attributes)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key}=${formatValue(value)}`)
  const indent = '   '.repeat(depth)
  const line = `${indent}${service} ${kind} ${name} ${String(status)}  ${times}`
  const children = spans
    .filter(({ parentId }) => parentId === spanId)
    .sort((a, b) => a.startMs - b.startMs)
    .flatMap((child) => formatSpan(child, { spans, startMs, depth: depth + 1 }))
  return [line, ...(notes.length > 0 ? [`${indent}      ${notes.join(' ')}`] : []), ...children]
}

function formatValue(value: unknown): string {
  return typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : String(value)
}
