import type { Readable } from 'node:stream'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'

/**
 * Keeps the end of a body from whoever reads it until `ask` calls what it is given: so work that needs the whole
 * body does not begin before there is a permit for it. What reads the body as it comes goes on meanwhile.
 */
export function holdEnd(request: RawRequest, ask: (goOn: () => void) => void): void {
  const body: Readable = request
  const { push } = body
  let isHeld = false
  body.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk !== null) return push.call(body, chunk, encoding)
    // HTTP/2 says it once more when its stream is closed, as it is by a refusal.
    if (isHeld) return false
    isHeld = true
    ask(() => {
      body.push = push
      push.call(body, null)
    })
    return false
  }
}

/** Nobody may wait for the rest of a body once its request was answered for good: it ends with an error. */
export function endWithAnswer(response: RawResponse): void {
  const { req: body } = response
  if (!('stream' in response) && !response.headersSent) response.shouldKeepAlive = false
  ;(response as NodeJS.WritableStream).once('finish', () => {
    const error = Object.assign(new Error('refused once its body had come'), { code: 'ECONNRESET' })
    // An error that nobody listens for would end the process.
    body.destroy((body as Readable).listenerCount('error') > 0 ? error : undefined)
  })
}
