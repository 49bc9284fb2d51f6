import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { watchResponse } from '../../src/http/response-watch.ts'

/** A connection, and responses on it: that of a client that pipelines has several at once. */
function connection(): { readonly socket: Socket; readonly respond: () => ServerResponse } {
  const socket = new EventEmitter() as Socket
  const respond = (): ServerResponse =>
    Object.assign(new EventEmitter(), { req: { socket } }) as unknown as ServerResponse
  return { socket, respond }
}

t.test('hears of the end of a response once, whatever tells of it', async (t) => {
  const { socket, respond } = connection()
  const response = respond()
  let heard = 0
  watchResponse(response, { onResponseOver: () => (heard += 1) })
  response.emit('close')
  response.emit('close')
  socket.emit('close')
  t.equal(heard, 1)
  t.equal(
    socket.listenerCount('close'),
    1,
    'a connection has one listener for all of its responses',
  )
})

t.test('all on a connection that dies hear of it', async (t) => {
  const { socket, respond } = connection()
  const heard: number[] = []
  const responses = [0, 1, 2, 3].map((index) => {
    const response = respond()
    // What one does then may end another.
    const onResponseOver = (): void => {
      heard.push(index)
      if (index >= 2) responses[0]?.emit('close')
    }
    watchResponse(response, { onResponseOver })
    return response
  })
  responses[1]?.emit('close')
  socket.emit('close')
  t.equal(heard[0], 1)
  t.strictSame([...heard].sort(), [0, 1, 2, 3], 'each of them once')
})

t.test('what is over leaves nothing behind, though others are always under way', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect: (options: { readonly type: 'minor' }) => void = runInNewContext('gc')
  const { respond } = connection()
  const underWay: ServerResponse[] = []
  const next = (): void => {
    const response = respond()
    const answer = new Array<number>(1_000).fill(0)
    watchResponse(response, { onResponseOver: () => answer.fill(1) })
    underWay.push(response)
    if (underWay.length > 10) underWay.shift()?.emit('close')
  }
  const usedMb = (): number => {
    collect({ type: 'minor' })
    collect({ type: 'minor' })
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  for (let count = 0; count < 1_000; count += 1) next()
  const before = usedMb()
  let most = 0
  for (let count = 0; count < 4_000; count += 1) {
    next()
    if (count % 400 === 0) most = Math.max(most, usedMb() - before)
  }
  // 31 MB were made.
  t.ok(most < 4, `${most.toFixed(1)} MB were still there after collections of what is young`)
})
