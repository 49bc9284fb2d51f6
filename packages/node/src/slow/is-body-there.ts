import { constants } from 'node:http2'
import type { RawResponse } from '../http/raw-message.ts'

/** Whether all of a request's body has come, read by anybody or not. */
export function isBodyThere(response: RawResponse): boolean {
  const { req } = response
  if (req.complete) return true
  // What comes over no socket (`inject`) says nothing of itself, and has its body with it.
  if (!('stream' in response)) return req.complete === undefined
  // Of HTTP/2, `complete` says whether the body was read, and that of a GET nobody may ever read.
  const { stream } = response
  return (
    stream.endAfterHeaders ||
    stream.state.state === constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_REMOTE
  )
}
