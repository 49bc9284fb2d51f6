import type { LoadTarget } from './load-options.ts'

/** A whole HTTP/1.1 request as it goes over the wire. */
export function requestBytes(url: URL, target: LoadTarget, path: string): Buffer {
  const { method = 'GET', headers = {}, body } = target
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${url.host}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`)
  for (const line of lines) {
    if (/[\r\n]/.test(line))
      throw new RangeError(`${target.name}: a header may not hold a new line`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
}
