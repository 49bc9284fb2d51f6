import t from 'tap'
import { errorFailure } from '../../src/call/failure.ts'

const failureOf = (code: string, message = code) =>
  errorFailure(Object.assign(new Error(message), { code }), true)

t.test(
  'a stream of HTTP/2 that broke may be made again, a tunnel that there is none of not',
  async (t) => {
    const check = (code: string, message: string, expected: object) =>
      t.match(failureOf(code, message), expected, message)
    const broken = { isRetryable: true, effect: 'maybe-processed' }
    check('UND_ERR_INFO', 'HTTP/2: stream half-closed (remote)', broken)
    check('UND_ERR_INFO', 'HTTP/2: "GOAWAY" frame received with code 2', broken)
    check('ERR_HTTP2_STREAM_ERROR', 'Stream closed with error code NGHTTP2_INTERNAL_ERROR', broken)
    check('ERR_HTTP2_STREAM_ERROR', 'Stream closed with error code NGHTTP2_REFUSED_STREAM', {
      isRetryable: true,
      effect: 'not-sent',
    })
    check('UND_ERR_INFO', 'HTTP/2: Extended CONNECT protocol not supported by server', {
      isRetryable: false,
    })
  },
)
