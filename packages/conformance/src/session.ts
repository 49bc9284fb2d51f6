import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import type { Test } from 'tap'
import type { Stage } from './stage.ts'
import { until } from './until.ts'

/** A session of HTTP/2 with the host, until the test is over. */
export function openSession(t: Test, { port, isSecure }: Stage): ClientHttp2Session {
  const scheme = isSecure ? 'https' : 'http'
  const client = connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false })
  client.on('error', () => {})
  t.teardown(() => client.destroy())
  return client
}

export function openStream(client: ClientHttp2Session, path: string): ClientHttp2Stream {
  return client.request({ ':path': path }).on('error', () => {})
}

/** Asks on a stream of its own. */
export async function askOnStream(
  client: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<{ readonly statusCode: unknown; readonly body: string }> {
  const stream = client.request(headers, { endStream: body === undefined })
  let [statusCode, text, isOver]: [unknown, string, boolean] = [undefined, '', false]
  stream.on('error', () => {})
  stream.on('response', (received) => {
    statusCode = received[':status']
  })
  stream.on('data', (chunk) => {
    text += chunk
  })
  stream.on('close', () => {
    isOver = true
  })
  if (body !== undefined) stream.end(body)
  await until(`the stream of ${headers[':path']} ends`, () => isOver)
  return { statusCode, body: text }
}
