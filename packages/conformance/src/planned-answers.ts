import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Service } from './service.ts'

/** An answer that a host gives in its own way. */
export interface PlannedAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | Readable | undefined
}

type Plan = (service: Service, headers: IncomingHttpHeaders) => Promise<PlannedAnswer>

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }
const SENTENCE = 'the same for all '.repeat(20)

/** By path. Each begins with `service.work()`, so that a test can hold it while others come. */
export const PLANNED_ANSWERS: Readonly<Record<string, Plan>> = {
  '/shared/text': answer(() => ({ headers: { etag: '"1"' }, body: SENTENCE })),
  '/shared/unchanged': answer((headers) => {
    const isHeld = headers['if-none-match'] === '"1"'
    return {
      statusCode: isHeld ? 304 : 200,
      headers: { etag: '"1"' },
      body: isHeld ? undefined : SENTENCE,
    }
  }),
  '/shared/range': answer(({ range }) =>
    range === undefined
      ? { body: SENTENCE }
      : {
          statusCode: 206,
          headers: { 'content-range': 'bytes 0-3/340' },
          body: SENTENCE.slice(0, 4),
        },
  ),
  '/shared/compressed': answer((headers) => {
    const isGzip = headers['accept-encoding'] === 'gzip'
    const vary = { vary: 'accept-encoding' }
    if (!isGzip) return { headers: vary, body: SENTENCE }
    return { headers: { ...vary, 'content-encoding': 'gzip' }, body: gzipSync(SENTENCE) }
  }),
  '/shared/cookie': answer((_headers, { begun }) => ({
    headers: { 'set-cookie': `session=${begun}` },
    body: String(begun),
  })),
  '/shared/private': answer((_headers, { begun }) => ({
    headers: { 'cache-control': 'max-age=60, private' },
    body: String(begun),
  })),
  '/shared/vary-all': answer((_headers, { begun }) => ({
    headers: { vary: '*' },
    body: String(begun),
  })),
  '/shared/events': answer((_headers, { begun }) => ({
    headers: { 'content-type': 'text/event-stream' },
    body: Readable.from([`data: ${begun}\n\n`]),
  })),
  '/shared/lies': answer(() => ({
    headers: { 'content-length': '20' },
    body: Readable.from(['short']),
  })),
  '/shared/fails': answer((_headers, { begun }) => (begun === 1 ? { body: 'good' } : failure())),
  '/shared/throws': answer((_headers, { begun }) => {
    if (begun > 1) throw new Error('of the origin')
    return { body: 'good' }
  }),
  '/shared/stream': async (service) => planned({ body: Readable.from(parts(service)) }),
  '/shared/breaks': async (service) => planned({ body: Readable.from(broken(service)) }),
  '/shared/flood': answer(() => ({ body: Readable.from(flood()) })),
}

/** As `node:http` has it, and whoever writes past a framework. */
export function writePlanned(
  response: ServerResponse,
  { statusCode, headers, body }: PlannedAnswer,
): void {
  response.writeHead(statusCode, headers)
  if (!(body instanceof Readable)) {
    response.end(body)
    return
  }
  body.on('error', () => response.destroy())
  body.pipe(response)
}

function answer(
  plan: (
    headers: IncomingHttpHeaders,
    service: { readonly begun: number },
  ) => Partial<PlannedAnswer>,
): Plan {
  return async (service, headers) => {
    const begun = service.begun + 1
    await service.work()
    return planned(plan(headers, { begun }))
  }
}

function planned({ statusCode = 200, headers = {}, body }: Partial<PlannedAnswer>): PlannedAnswer {
  return { statusCode, headers: { ...TEXT, ...headers }, body }
}

async function* parts(service: Service): AsyncGenerator<string> {
  yield 'first part, '
  await service.work()
  yield 'last part'
}

async function* broken(service: Service): AsyncGenerator<string> {
  yield 'first part, '
  await service.work()
  throw new Error('broken')
}

/** 8 MiB. */
async function* flood(): AsyncGenerator<Buffer> {
  for (let left = 128; left > 0; left -= 1) {
    yield Buffer.alloc(65_536, 'x')
    await turn()
  }
}

function failure(): Partial<PlannedAnswer> {
  return {
    statusCode: 503,
    headers: { 'content-type': 'text/html', 'x-failure': '1' },
    body: Readable.from(['not ', 'today']),
  }
}
