import t from 'tap'
import type { RawResponse } from '../../src/http/raw-message.ts'
import { ClientProgress } from '../../src/slow/client-progress.ts'

/** A response of which `total` bytes were handed to the kernel at once, as large writes are. */
function sending(total: number) {
  const socket = {
    bytesWritten: total,
    writableLength: total,
    _handle: { writeQueueSize: total },
    destroyed: false,
  }
  const response = { req: { complete: true, socket }, writableLength: total, destroyed: false }
  return { socket, progress: new ClientProgress(response as unknown as RawResponse) }
}

t.test('one large write counts as it goes, not only once all of it has gone', async (t) => {
  const { socket, progress } = sending(1_000)
  const before = progress.movedBytes
  socket._handle.writeQueueSize = 600
  t.equal(progress.movedBytes - before, 400)
  socket._handle.writeQueueSize = 0
  socket.writableLength = 0
  t.equal(progress.movedBytes - before, 1_400, 'what was told twice is in favour of the client')
  t.equal(progress.movedBytes - before, 1_400, 'who moves nothing has moved nothing')
})

t.test('of a body that is on the way, what was read counts', async (t) => {
  const socket = { bytesRead: 10, bytesWritten: 0, writableLength: 0, destroyed: false }
  const response = { req: { complete: false, socket }, writableLength: 0, destroyed: false }
  const progress = new ClientProgress(response as unknown as RawResponse)
  t.equal(progress.isDue, true)
  const before = progress.movedBytes
  socket.bytesRead = 25
  t.equal(progress.movedBytes - before, 15)
})
