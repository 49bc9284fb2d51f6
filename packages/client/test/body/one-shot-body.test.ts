import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { OneShotBody } from '../../src/body/one-shot-body.ts'
import { ReplayMemory } from '../../src/body/replay-memory.ts'
import { propertySeed } from '../fixtures/property-seed.ts'

async function read(body: unknown): Promise<string> {
  if (Buffer.isBuffer(body)) return body.toString()
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

const limits = (maxBytes: number, memory = new ReplayMemory(1000)) => ({ maxBytes, memory })

t.test('all of it or nothing, whatever its pieces and wherever an attempt stops', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }),
      fc.nat({ max: 8 }),
      async (chunks, stopAfter) => {
        const whole = Buffer.concat(chunks).toString()
        const body = new OneShotBody(Readable.from(chunks, { objectMode: true }), limits(100))
        let seen = 0
        for await (const _chunk of body.open() as AsyncIterable<unknown>) {
          if (seen === stopAfter) break
          seen += 1
        }
        const isWhole = seen === chunks.length
        if (!body.canSend) return !isWhole || whole.length > 100
        return isWhole && (await read(body.open())) === whole
      },
    ),
    { seed: propertySeed(t) },
  )
})

t.test('what was not begun can be sent as it is', async (t) => {
  const body = new OneShotBody(Readable.from(['a', 'b']), limits(10))
  body.open()
  t.equal(body.canSend, true)
  t.equal(await read(body.open()), 'ab')
})

t.test('what is too long is let go of, for the one and for all together', async (t) => {
  const memory = new ReplayMemory(8)
  const one = new OneShotBody([Buffer.from('12345')], limits(6, memory))
  await read(one.open())
  t.equal(memory.usedBytes, 5)
  t.equal(one.canSend, true)
  const long = new OneShotBody([Buffer.from('1234567')], limits(6, memory))
  await read(long.open())
  t.equal(long.canSend, false)
  const other = new OneShotBody([Buffer.from('12'), Buffer.from('34')], limits(6, memory))
  await read(other.open())
  t.equal(other.canSend, false, 'there was no memory left')
  t.equal(memory.usedBytes, 5)
  one.close()
  one.close()
  t.equal(memory.usedBytes, 0)
})

t.test('keeps copies, and nothing that is no bytes', async (t) => {
  const chunk = Buffer.from('abc')
  const body = new OneShotBody([chunk], limits(10))
  await read(body.open())
  chunk.fill('x')
  t.equal(await read(body.open()), 'abc')
  const odd = new OneShotBody([{ an: 'object' }], limits(10))
  for await (const _chunk of odd.open() as AsyncIterable<unknown>);
  t.equal(odd.canSend, false)
})

t.test('a stream that fails before anybody reads it ends nothing but its call', async (t) => {
  const stream = new Readable({ read() {} })
  const body = new OneShotBody(stream, limits(10))
  stream.destroy(new Error('gone'))
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(body.canSend, false)
  t.match(body.error, { cause: { message: 'gone' } })
})
