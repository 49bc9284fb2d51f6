import t from 'tap'
import { SeededRandom } from '../src/seeded-random.ts'
import { TargetMix } from '../src/target-mix.ts'

const URL_3000 = new URL('http://127.0.0.1:3000')

t.test('draws targets by weight and paths evenly', async (t) => {
  const mix = new TargetMix(
    new SeededRandom(1),
    [
      { name: 'a', weight: 10, path: '/a' },
      { name: 'b', weight: 30, path: ['/b1', '/b2', '/b3'] },
    ],
    URL_3000,
  )
  const counts = new Map<string, number>()
  for (let draw = 0; draw < 40_000; draw++) {
    const path = mix.draw().bytes.toString().split(' ')[1] as string
    counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  t.same([...counts.keys()].sort(), ['/a', '/b1', '/b2', '/b3'])
  for (const [path, count] of counts) t.ok(Math.abs(count - 10_000) < 500, `${path} ${count}`)
})

t.test('builds whole requests', async (t) => {
  const body = '{"name":"Zoë"}'
  const mix = new TargetMix(
    new SeededRandom(1),
    [{ name: 'a', method: 'POST', path: '/a', headers: { 'x-tenant-id': 't' }, body }],
    URL_3000,
  )
  t.equal(
    mix.draw().bytes.toString(),
    `POST /a HTTP/1.1\r\nhost: 127.0.0.1:3000\r\nx-tenant-id: t\r\ncontent-length: 15\r\n\r\n${body}`,
  )
})

t.test('refuses a header that would end the head', async (t) => {
  const target = { name: 'a', path: '/', headers: { 'x-a': '1\r\nx-b: 2' } }
  t.throws(() => new TargetMix(new SeededRandom(1), [target], URL_3000), /new line/)
})
