import { Readable } from 'node:stream'
import t from 'tap'
import { PipedBodies } from '../../src/coalesce/piped-bodies.ts'

function piped(isWanted: () => boolean) {
  const bodies = new PipedBodies(isWanted)
  const source = new Readable({ read() {} })
  source.on('error', () => {})
  bodies.onPipe(source)
  return { bodies, source }
}

t.test('a stream that others want is spared until they do not', async (t) => {
  const { bodies, source } = piped(() => true)
  t.equal(source.destroy(), source)
  t.notOk(source.destroyed)
  bodies.letGo()
  t.ok(source.destroyed)
})

t.test('one that nobody wants, that has broken, or that is at its end, is destroyed', async (t) => {
  const unwanted = piped(() => false)
  unwanted.source.destroy()
  t.ok(unwanted.source.destroyed)
  const broken = piped(() => true)
  broken.source.destroy(new Error('broken'))
  t.ok(broken.source.destroyed)
  const ended = piped(() => true)
  ended.source.resume().push(null)
  await new Promise((resolve) => ended.source.on('close', resolve))
  t.ok(ended.source.destroyed)
})

t.test('who is unpiped is itself again, and is not destroyed unless it was to be', async (t) => {
  const { bodies, source } = piped(() => true)
  bodies.onPipe(source)
  bodies.onUnpipe(source)
  t.notOk(Object.hasOwn(source, 'destroy'))
  t.notOk(source.destroyed)
  const own = () => own.source
  own.source = new Readable()
  own.source.destroy = own
  bodies.onPipe(own.source)
  bodies.onUnpipe(own.source)
  t.equal(own.source.destroy, own)
})

t.test('what is no stream is left alone', async (t) => {
  const bodies = new PipedBodies(() => true)
  const source = {}
  bodies.onPipe(source)
  bodies.onUnpipe(source)
  t.same(source, {})
})
