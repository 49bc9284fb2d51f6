import { constants } from 'node:http2'
import t from 'tap'
import type { RawResponse } from '../../src/http/raw-message.ts'
import { isBodyThere } from '../../src/slow/is-body-there.ts'

function check(response: object, expected: boolean, what: string): void {
  t.equal(isBodyThere(response as RawResponse), expected, what)
}

const CLOSED = constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_REMOTE
const OPEN = constants.NGHTTP2_STREAM_STATE_OPEN

check({ req: { complete: true } }, true, 'all of it has come')
check({ req: { complete: false } }, false, 'some of it is on the way')
check({ req: {} }, true, 'what comes over no socket has it with it')
const stream = { endAfterHeaders: false, state: { state: OPEN } }
check({ req: { complete: false }, stream }, false, 'a stream that is open')
check({ req: { complete: false }, stream: { ...stream, state: { state: CLOSED } } }, true, 'unread')
check({ req: { complete: false }, stream: { ...stream, endAfterHeaders: true } }, true, 'none')
