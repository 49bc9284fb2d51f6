import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { setImmediate as turn } from 'node:timers/promises'
import { type HandleUnderTest, look } from './look.ts'
import type { Service } from './service.ts'

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse
type Handler = (request: Request, response: ServerResponse, service: Service) => unknown

/** How a handler comes by what it can know of its request. */
interface Sight {
  handleOf(request: Request): HandleUnderTest | null | undefined
  context(): unknown
}

/** The routes of the suite on nothing but `node:http`, and what hosts have for routes past themselves. */
export function serveRaw(
  service: Service,
  { handleOf, context }: Sight,
): (request: Request, response: Response) => unknown {
  const seeing: Handler = async (request, response) => {
    for await (const _chunk of request);
    await turn()
    response.end(JSON.stringify(look(handleOf(request), context())))
  }
  const own: Record<string, Handler> = {
    '/handle': seeing,
    '/watch': async (request, response) => {
      await service.watch(handleOf(request)?.signal)
      response.end('stopped')
    },
  }
  return async (request, response) => {
    const handler = own[request.url ?? ''] ?? HANDLERS[request.url ?? ''] ?? nowhere
    try {
      await handler(request, response as ServerResponse, service)
    } catch {
      if (!response.headersSent) response.statusCode = 500
      response.end()
    }
  }
}

function nowhere(_request: Request, response: ServerResponse): void {
  response.statusCode = 404
  response.end()
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  '/ok': async (request, response) => {
    for await (const _chunk of request);
    response.end('served')
  },
  '/later': async (_request, response, service) => {
    await service.work()
    response.end('done')
  },
  '/later-throws': async (_request, _response, service) => {
    await service.work()
    throw new Error('too late')
  },
  '/gives-up': async (_request, response, service) => {
    await service.work()
    if (!response.destroyed) response.end('done')
  },
  '/never': (_request, _response, service) => {
    service.begin()
    return new Promise(() => {})
  },
  '/empty': (_request, response) => response.writeHead(204).end(),
  '/unchanged': (_request, response) => response.writeHead(304).end(),
  '/throws': () => {
    throw new Error('broken')
  },
  '/rejects': async () => {
    await turn()
    throw new Error('broken')
  },
  '/broken-later': () => Promise.reject(new Error('broken')),
  '/stream': async (_request, response) => {
    for (let left = 4; left > 0; left -= 1) {
      response.write('part')
      await turn()
    }
    response.end()
  },
  '/large': (_request, response) => response.end(Buffer.alloc(8 * 2 ** 20, 'x')),
  '/hijack': (_request, response) => response.end('raw'),
  '/hijack-never': (_request, _response, service) => service.begin(),
  '/destroy': (_request, response) => response.destroy(),
  '/events': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    return new Promise(() => {})
  },
  '/livez': (_request, response) => response.end('alive'),
}
