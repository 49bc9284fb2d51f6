import type { ResponseHeaders } from './handler.ts'

/** Names and values in turn, a header that came several times as several pairs; `raw` itself if it is that. */
export function rawPairs(raw: unknown, headers: ResponseHeaders): readonly unknown[] {
  if (Array.isArray(raw)) return raw
  const pairs: Buffer[] = []
  for (const [name, value] of Object.entries(headers)) {
    for (const single of Array.isArray(value) ? value : [value ?? '']) {
      pairs.push(Buffer.from(name, 'latin1'), Buffer.from(single, 'latin1'))
    }
  }
  return pairs
}
