import type { ServerResponse } from 'node:http'
import { constants } from 'node:http2'
import type { Socket } from 'node:net'
import type { RawResponse } from '../http/raw-message.ts'
import { isBodyThere } from './is-body-there.ts'

const TOO_SLOW =
  'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n'

/** Ends a client that sends or reads too slowly; one whose body did not come is told so, as Node itself does. */
export function cutOff(response: RawResponse): void {
  if ('stream' in response) {
    response.stream.close(constants.NGHTTP2_CANCEL)
    return
  }
  const { socket } = response.req
  // Behind another answer on the same connection it is not this one's turn to speak.
  const { _httpMessage: speaking } = socket as Socket & { readonly _httpMessage?: ServerResponse }
  if (isBodyThere(response) || response.headersSent || speaking !== response) {
    socket.destroy()
    return
  }
  socket.write(TOO_SLOW)
  socket.destroySoon()
}
