import t from 'tap'
import { type ParserState, ResponseParser } from '../src/response-parser.ts'
import { SeededRandom } from '../src/seeded-random.ts'

interface Read {
  readonly status: number
  readonly keepAlive: boolean
  readonly retryAfterS: number | undefined
  readonly reason: string | undefined
  readonly countedHeader: string | undefined
}

const SERVED: Read = {
  status: 200,
  keepAlive: true,
  retryAfterS: undefined,
  reason: undefined,
  countedHeader: undefined,
}

const RESPONSES: readonly (readonly [string, string, Read])[] = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', SERVED],
  ['an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', SERVED],
  ['no reason phrase', 'HTTP/1.1 204 \r\nx: y\r\n\r\n', { ...SERVED, status: 204 }],
  [
    'a refusal',
    'HTTP/1.1 503 Service Unavailable\r\nRetry-After:  7 \r\nx-pressure: high\r\n' +
      'content-length: 36\r\n\r\n{"status":503, "reason" : "shed"}   ',
    { ...SERVED, status: 503, retryAfterS: 7, reason: 'shed', countedHeader: 'high' },
  ],
  [
    'chunks, with extension and trailer, and a refusal cut in two by them',
    'HTTP/1.1 429 Too Many\r\ntransfer-encoding: chunked\r\n\r\n' +
      '7;a=b\r\n{"reaso\r\nA \r\nn":"rate"}\r\r\n0\r\nx-sum: 1\r\n\r\n',
    { ...SERVED, status: 429, reason: 'rate' },
  ],
  [
    'interim answers first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n' +
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx',
    { ...SERVED, keepAlive: false },
  ],
  [
    'a header whose name only ends like another',
    'HTTP/1.1 200 OK\r\nx-content-length: 900\r\ncontent-length: 2\r\nnot-connection: close\r\n\r\nok',
    SERVED,
  ],
]

function readAll(text: string, cuts: readonly number[]): { states: ParserState[]; read: Read } {
  const parser = new ResponseParser('x-pressure')
  parser.reset(false)
  const bytes = Buffer.from(text, 'latin1')
  // One buffer is read into again and again, as on a socket: the parser may not rely on old bytes.
  const memory = Buffer.alloc(bytes.length)
  const states: ParserState[] = []
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    memory.fill('?')
    bytes.copy(memory, 0, from, cut)
    if (cut > from) states.push(parser.push(memory.subarray(0, cut - from)))
    from = cut
  }
  const { status, keepAlive, retryAfterS, reason, countedHeader } = parser
  return { states, read: { status, keepAlive, retryAfterS, reason, countedHeader } }
}

/** Complete with the last piece and not before, and read the same. */
function isReadRight(text: string, cuts: readonly number[], expected: Read): boolean {
  const { states, read } = readAll(text, cuts)
  return (
    states.pop() === 'complete' &&
    states.every((state) => state === 'more') &&
    JSON.stringify(read) === JSON.stringify(expected)
  )
}

for (const [name, text, expected] of RESPONSES) {
  t.test(`reads ${name}, whole and cut anywhere`, async (t) => {
    t.same(readAll(text, []).read, expected)
    const wrong: (readonly number[])[] = []
    for (let first = 1; first < text.length; first++) {
      for (let second = first; second < text.length; second++) {
        if (!isReadRight(text, [first, second], expected)) wrong.push([first, second])
      }
    }
    t.same(wrong, [])
    const everyByte = Array.from({ length: text.length - 1 }, (_, index) => index + 1)
    t.ok(isReadRight(text, everyByte, expected), 'byte by byte')
  })
}

t.test('reads random cuts of random chunks', async (t) => {
  const seed = Date.now() % 1e6
  const random = new SeededRandom(seed)
  const draw = (below: number): number => Math.floor(random.next() * below)
  for (let round = 0; round < 500; round++) {
    let text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    for (let chunk = draw(6); chunk > 0; chunk--) {
      const size = 1 + draw(40)
      text += `${size.toString(16)}\r\n${'\r\n0'.repeat(20).slice(0, size)}\r\n`
    }
    text += '0\r\n\r\n'
    const cuts = Array.from({ length: draw(12) }, () => 1 + draw(text.length - 1))
    cuts.sort((a, b) => a - b)
    if (!isReadRight(text, cuts, SERVED)) {
      t.fail(`seed ${seed}, round ${round}: ${JSON.stringify({ text, cuts })}`)
    }
  }
  t.pass(`seed ${seed}`)
})

t.test('takes no body after HEAD, whatever the length says', async (t) => {
  const parser = new ResponseParser()
  parser.reset(true)
  t.equal(parser.push(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n')), 'complete')
})

t.test('reads one response after another', async (t) => {
  const parser = new ResponseParser()
  for (const status of [503, 200, 404]) {
    parser.reset(false)
    const body = status === 503 ? '{"reason":"full"}' : '{"title":"reason"}'
    const head = `HTTP/1.1 ${status} X\r\ncontent-length: ${body.length}\r\n\r\n`
    t.equal(parser.push(Buffer.from(head + body)), 'complete')
    t.equal(parser.status, status)
    t.equal(parser.reason, status === 503 ? 'full' : undefined)
  }
})

t.test('ends a body without a length when the server closes', async (t) => {
  const parser = new ResponseParser()
  parser.reset(false)
  t.equal(parser.push(Buffer.from('HTTP/1.0 200 OK\r\n\r\nhel')), 'more')
  t.equal(parser.push(Buffer.from('lo')), 'more')
  t.equal(parser.end(), 'complete')
  t.equal(parser.keepAlive, false)
})

t.test('is broken by a close in the middle', async (t) => {
  const parser = new ResponseParser()
  parser.reset(false)
  parser.push(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel'))
  t.equal(parser.end(), 'broken')
})

t.test('is broken by what is not one HTTP/1.1 response', async (t) => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
  for (const text of [
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.1 99 X\r\n\r\n',
    'hello\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nhe',
    `x: ${'y'.repeat(70_000)}`,
    `${chunked}g\r\n`,
    `${chunked}\r\n`,
    `${chunked}1\r\nab`,
    `${chunked}123456789\r\n`,
    `${chunked}0\r\n\r\nHTTP/1.1 200 OK`,
  ]) {
    t.equal(readAll(text, []).states.at(-1), 'broken', JSON.stringify(text.slice(0, 60)))
  }
})
